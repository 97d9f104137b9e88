namespace AiTelemetry.Testing;

/// <summary>One measurement.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The value, in the metric's unit.</param>
/// <param name="Tags">The tags.</param>
public sealed record RecordedMeasurement(string Metric, double Value, IReadOnlyList<KeyValuePair<string, object?>> Tags)
{
    /// <summary>The value of a tag, or null where it has none.</summary>
    /// <param name="key">The tag's name.</param>
    public object? Tag(string key)
    {
        foreach (var tag in Tags)
        {
            if (tag.Key == key)
                return tag.Value;
        }
        return null;
    }

    internal bool Has(ReadOnlySpan<(string Key, object? Value)> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (!Equals(Tag(key), value))
                return false;
        }
        return true;
    }
}
