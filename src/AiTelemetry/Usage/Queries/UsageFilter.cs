namespace AiTelemetry;

/// <summary>Keeps the calls that have one of some values.</summary>
/// <param name="Dimension">Of which dimension.</param>
/// <param name="Values">The values, exactly as recorded; null stands for having none.</param>
public sealed record UsageFilter(UsageDimension Dimension, params IReadOnlyList<string?> Values)
{
    internal bool Keeps(string? value)
    {
        for (var i = 0; i < Values.Count; i++)
        {
            if (string.Equals(Values[i], value, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
