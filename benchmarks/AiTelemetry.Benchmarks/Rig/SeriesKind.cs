namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Kinds of series on a metrics page.</summary>
public enum SeriesKind
{
    /// <summary>Counters of whole numbers: one line a series.</summary>
    LongCounter,

    /// <summary>Counters of fractions, such as costs: one line a series.</summary>
    DoubleCounter,

    /// <summary>Histograms: a line for each bucket, and two more.</summary>
    Histogram,
}
