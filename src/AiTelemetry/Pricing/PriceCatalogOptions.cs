namespace AiTelemetry;

/// <summary>Where prices come from besides the built-in catalogue, and how closely they are watched.</summary>
/// <remarks>
/// Highest first: <see cref="Overrides"/>, <see cref="OverrideFile"/>, <see cref="LiteLlmFile"/>, the built-in catalogue.
/// </remarks>
public sealed class PriceCatalogOptions
{
    internal static readonly TimeSpan ShortestWatch = TimeSpan.FromMilliseconds(1);
    internal static readonly TimeSpan LongestWatch = TimeSpan.FromHours(24);

    /// <summary>A file of your own prices, aliases and deployments.</summary>
    /// <value>None.</value>
    public string? OverrideFile { get; set; }

    /// <summary>LiteLLM's <c>model_prices_and_context_window.json</c>, as it is.</summary>
    /// <value>None.</value>
    public string? LiteLlmFile { get; set; }

    /// <summary>
    /// The day <see cref="LiteLlmFile"/> was current. Where it is later than the day a built-in price was checked, a changed price of the
    /// file is taken over from that day on; otherwise the built-in price stands and the difference is an issue.
    /// </summary>
    /// <value>Not known: the file only adds models.</value>
    public DateOnly? LiteLlmAsOf { get; set; }

    /// <summary>Prices given in code.</summary>
    public IList<PriceOverride> Overrides { get; } = [];

    /// <summary>Names of your own, <c>provider/name</c> to <c>provider/model</c> (or a model of the same provider).</summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Deployments and opaque profiles, <c>azure/my-deployment</c> to the model they serve.</summary>
    public IDictionary<string, string> Deployments { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Regular expressions for names that are neither listed nor mapped; the first that fits counts. At most 200.
    /// </summary>
    public IList<PricePattern> Patterns { get; } = [];

    /// <summary>A price that was last checked longer before the call than this is flagged as stale.</summary>
    /// <value>180 days. Not negative.</value>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromDays(180);

    /// <summary>
    /// The part of the larger one of both by which the reported charge and the computed cost may differ before the call counts as drifted
    /// (<see cref="CostNotes.Drift"/>, <c>llm_provider_cost_drift_calls_total</c>).
    /// </summary>
    /// <remarks>
    /// Differences of up to one micro-dollar never count: gateways round. Nor does a charge above a computed cost that is only a lower
    /// bound.
    /// </remarks>
    /// <value>
    /// 0.01 (1 %): above what rounding makes of a charge, below the smallest surcharge of a region (10 %). From 0 (any difference) to 1
    /// (none).
    /// </value>
    public decimal DriftTolerance { get; set; } = 0.01m;

    /// <summary>How often the files are looked at for changes.</summary>
    /// <value>5 seconds. From 1 millisecond to 24 hours.</value>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Called after a changed file was taken over or refused.</summary>
    public Action<PriceReload>? OnReload { get; set; }

    /// <summary>Called the first time a provider and model turn out to have no price; the names are what the call said.</summary>
    public Action<string, string>? OnUnknownModel { get; set; }
}
