namespace AiTelemetry.Catalog;

/// <summary>The kinds of instruments.</summary>
internal enum MetricKind
{
    Counter,
    UpDownCounter,
    Histogram,
    Gauge,
}

/// <summary>One metric: all that anything made from the catalogue needs to know of it.</summary>
/// <param name="Name">The name, as it comes out everywhere.</param>
/// <param name="Meter">The meter it belongs to.</param>
/// <param name="Unit">The unit in UCUM, or empty.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Tags">The tags it may carry, dimensions of the app aside.</param>
internal sealed record MetricDefinition(string Name, string Meter, MetricKind Kind, string Unit, string Description, params TagDefinition[] Tags)
{
    /// <summary>The upper bounds of a histogram's buckets, ascending.</summary>
    public double[] Buckets { get; init; } = [];

    /// <summary>Whether the dimensions of an app may join the tags.</summary>
    public bool TakesDimensions { get; init; }

    /// <summary>The part of the product that records it.</summary>
    public string RecordedBy { get; init; } = "calls";
}

/// <summary>One tag of a metric.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Values">The values it may have; none where they are open and capped (models, tools, hosts).</param>
internal sealed record TagDefinition(string Key, params string[] Values);
