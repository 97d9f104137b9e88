namespace AiTelemetry;

/// <summary>A sum of costs that does not hide what it could not price.</summary>
/// <remarks>
/// Exact: costs are decimals of at most 28 digits and are never rounded, so a sum does not depend on order or number of its parts
/// (a billion calls of 0.00225 are 2,250,000 and nothing else).
/// </remarks>
public readonly record struct CostTotal
{
    /// <summary>The sum of every known cost, in USD.</summary>
    public decimal KnownUsd { get; init; }

    /// <summary>Calls added.</summary>
    public long Calls { get; init; }

    /// <summary>Calls whose cost is not known and not in the sum.</summary>
    public long UnknownCalls { get; init; }

    /// <summary>Calls of which only a part could be priced.</summary>
    public long PartialCalls { get; init; }

    /// <summary>Calls priced with a fallback or a doubtful price.</summary>
    public long ApproximateCalls { get; init; }

    /// <summary>This total and one more call.</summary>
    /// <exception cref="OverflowException">The sum is above 7.9e28.</exception>
    public CostTotal Add(in CostResult cost) => new()
    {
        KnownUsd = KnownUsd + (cost.Usd ?? 0m),
        Calls = Calls + 1,
        UnknownCalls = UnknownCalls + (cost.Usd is null ? 1 : 0),
        PartialCalls = PartialCalls + (cost.Status == CostStatus.Partial ? 1 : 0),
        ApproximateCalls = ApproximateCalls + (cost.Status == CostStatus.Approximate ? 1 : 0),
    };

    /// <summary>Two totals as one.</summary>
    /// <exception cref="OverflowException">The sum is above 7.9e28.</exception>
    public CostTotal Add(in CostTotal other) => new()
    {
        KnownUsd = KnownUsd + other.KnownUsd,
        Calls = Calls + other.Calls,
        UnknownCalls = UnknownCalls + other.UnknownCalls,
        PartialCalls = PartialCalls + other.PartialCalls,
        ApproximateCalls = ApproximateCalls + other.ApproximateCalls,
    };
}
