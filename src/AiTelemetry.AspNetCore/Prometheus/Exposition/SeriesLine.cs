namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The line (of a histogram: the lines) of one series as it stands on the last page of a format.</summary>
internal struct SeriesLine
{
    /// <summary>The page it was last written to; 0 before the first.</summary>
    public int Page;

    /// <summary>Where it starts on that page.</summary>
    public int Start;

    /// <summary>Its bytes with the line feed.</summary>
    public int Length;

    /// <summary>Its bytes before the value: name, labels and blank.</summary>
    public int Prefix;

    /// <summary>The bits of the value, or the count of a histogram.</summary>
    public long Value;

    /// <summary>The sum of a histogram.</summary>
    public double Sum;
}
