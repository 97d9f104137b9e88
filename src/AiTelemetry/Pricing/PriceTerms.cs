using System.Diagnostics.CodeAnalysis;

namespace AiTelemetry;

/// <summary>What, besides the tokens, decides the price of one call.</summary>
public readonly record struct PriceTerms
{
    readonly UsageUnits _units;

    /// <summary>
    /// The tier that served the call, as the response reports it (OpenAI and Anthropic <c>service_tier</c>, Anthropic <c>speed</c>,
    /// Gemini <c>trafficType</c>), or <c>batch</c>; never the tier that was asked for.
    /// </summary>
    /// <remarks>
    /// Known: <c>batch</c>, <c>flex</c>, <c>priority</c>, <c>fast</c>; <c>default</c>, <c>standard</c>, <c>auto</c> and null are the
    /// standard tier.
    /// </remarks>
    public string? ServedTier { get; init; }

    /// <summary>
    /// The region that served the call where it has a price of its own (Anthropic <c>inference_geo</c>, OpenAI data residency): <c>us</c>,
    /// <c>eu</c>, ...
    /// </summary>
    public string? Geo { get; init; }

    /// <summary>The search context size asked for: <c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public string? SearchContext { get; init; }

    /// <summary>What the call used that is not tokens.</summary>
    public UsageUnits Units
    {
        get => _units;
        init => _units = value;
    }

    /// <summary>The charge the provider itself reported for the call, in USD; it wins over the catalogue.</summary>
    public decimal? ReportedUsd { get; init; }

    [UnscopedRef]
    internal ref readonly UsageUnits UnitsRef => ref _units;
}
