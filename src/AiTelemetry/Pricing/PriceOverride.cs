namespace AiTelemetry;

/// <summary>A price of your own, given in code; it wins over every price file.</summary>
/// <remarks>
/// Rates are USD per million tokens, from 0 to 10,000. A rate that is not given falls back as in the built-in catalogue, flagged.
/// </remarks>
public sealed class PriceOverride
{
    /// <summary>The provider's short name, such as <c>openai</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as the response names it.</summary>
    public required string Model { get; init; }

    /// <summary>Other names of the model at the same provider.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Plain input.</summary>
    public required decimal Input { get; init; }

    /// <summary>Output; null for a model that has none, such as an embedding model.</summary>
    public decimal? Output { get; init; }

    /// <summary>Input read from the prompt cache.</summary>
    public decimal? CacheRead { get; init; }

    /// <summary>Input written to the cache for five minutes, or with no lifetime given.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Input written to the cache for one hour.</summary>
    public decimal? CacheWrite1h { get; init; }

    /// <summary>Output spent on reasoning, where it has a price of its own.</summary>
    public decimal? Reasoning { get; init; }

    /// <summary>The first moment the price holds; null for ever since.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment it no longer holds; null for until further notice.</summary>
    public DateTimeOffset? To { get; init; }
}
