using AiTelemetry;

namespace Quickstart.Usage;

/// <summary>What the calls of one model used and cost, and how they went.</summary>
internal sealed record ModelUsage
{
    public required string Provider { get; init; }

    public required string Model { get; init; }

    /// <summary>Every request that was sent: a retry is one more.</summary>
    public long Calls { get; init; }

    /// <summary>Those that did not succeed, the abandoned ones among them.</summary>
    public long Errors { get; init; }

    /// <summary>Prompt tokens that the provider reported, cached ones included.</summary>
    public long Input { get; init; }

    /// <summary>Generated tokens that the provider reported.</summary>
    public long Output { get; init; }

    /// <summary>The part of <see cref="Input"/> that was read from the provider's cache.</summary>
    public long Cached { get; init; }

    /// <summary>The cost of all calls that the provider did not refuse.</summary>
    public CostTotal Cost { get; init; }

    /// <summary>The duration that half of the successful calls kept to.</summary>
    public TimeSpan? Median { get; init; }

    /// <summary>The duration that 95 of 100 successful calls kept to.</summary>
    public TimeSpan? Slow { get; init; }

    /// <summary>The time to the first token that half of the successful streams kept to.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary>The sum of rows. Durations cannot be summed and are left out.</summary>
    public static ModelUsage Total(IReadOnlyCollection<ModelUsage> rows) => new()
    {
        Provider = "total",
        Model = "",
        Calls = rows.Sum(row => row.Calls),
        Errors = rows.Sum(row => row.Errors),
        Input = rows.Sum(row => row.Input),
        Output = rows.Sum(row => row.Output),
        Cached = rows.Sum(row => row.Cached),
        Cost = rows.Aggregate(default(CostTotal), (sum, row) => sum.Add(row.Cost)),
    };
}
