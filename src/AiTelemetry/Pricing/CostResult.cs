using AiTelemetry.Pricing;

namespace AiTelemetry;

/// <summary>What one call cost, how far that can be trusted, and where the price comes from.</summary>
public readonly record struct CostResult
{
    internal ResolvedModel? Match { get; init; }

    internal DatedPrice? Version { get; init; }

    /// <summary>
    /// The cost in USD, exact and not rounded; null when it is not known. Zero means zero usage or a price of zero, nothing else.
    /// </summary>
    public decimal? Usd { get; init; }

    /// <summary>How far <see cref="Usd"/> can be trusted.</summary>
    public CostStatus Status { get; init; }

    /// <summary>What was assumed on the way.</summary>
    public CostNotes Flags { get; init; }

    /// <summary>The catalogue's own figure in USD, also where the provider reported another; null when there is none.</summary>
    public decimal? ComputedUsd { get; init; }

    /// <summary>
    /// What the prompt cache saved against the plain input rate, in USD: reads at a lower rate less writes at a higher one, so it can be
    /// negative. Zero when nothing was cached or no price is known.
    /// </summary>
    public decimal CacheSavingsUsd { get; init; }

    /// <summary>How the model's name led to the price.</summary>
    public PriceMatchKind MatchKind => Match?.Kind ?? PriceMatchKind.None;

    /// <summary>The entry that was used, <c>provider/model</c> as the price file names them; null when there is none.</summary>
    public string? Key => Match?.Key;

    /// <summary>
    /// Names the exact figures used, so that a stored cost can be explained and re-priced later; null when there are none.
    /// </summary>
    public string? PriceVersion => Version?.Id;

    /// <summary>The day the price was last checked against its sources; null when not known.</summary>
    public DateOnly? AsOf => Version?.AsOf;

    /// <summary>
    /// Where the price comes from: <c>embedded</c>, <c>options</c> or the name of a loaded file; <c>provider</c> for a reported charge
    /// without one.
    /// </summary>
    public string? Source => Version?.Source ?? (Status == CostStatus.Reported ? "provider" : null);

    /// <summary>A cost as a ledger kept it: its figures and the version of its price, without how the name led to it.</summary>
    internal static CostResult Stored(decimal? usd, CostStatus status, CostNotes flags, decimal? computedUsd, decimal cacheSavingsUsd, string? priceVersion) => new()
    {
        Usd = usd,
        Status = status,
        Flags = flags,
        ComputedUsd = computedUsd,
        CacheSavingsUsd = cacheSavingsUsd,
        Version = priceVersion is null ? null : DatedPrice.Named(priceVersion),
    };
}
