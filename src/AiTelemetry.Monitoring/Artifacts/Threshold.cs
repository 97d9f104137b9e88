using System.Globalization;

namespace AiTelemetry.Monitoring;

/// <summary>One figure of <see cref="AlertThresholds"/>, as documents show it and the tool takes it.</summary>
/// <param name="Name">The name of the property.</param>
/// <param name="Option">The option of <c>aitel export</c>.</param>
/// <param name="Meaning">What it is, with its unit.</param>
/// <param name="IsShare">Whether it is from 0 to 1.</param>
internal sealed record Threshold(
    string Name, string Option, string Meaning, bool IsShare, Func<AlertThresholds, decimal> Get, Func<AlertThresholds, decimal, AlertThresholds> Set)
{
    public static readonly Threshold[] All =
    [
        new(nameof(AlertThresholds.ProviderErrorRate), "provider-error-rate", "share of a provider's calls that fail", true, t => t.ProviderErrorRate, (t, v) => t with { ProviderErrorRate = v }),
        new(nameof(AlertThresholds.ErrorRate), "error-rate", "share of all calls that fail", true, t => t.ErrorRate, (t, v) => t with { ErrorRate = v }),
        new(nameof(AlertThresholds.LatencySeconds), "latency", "99th percentile of a model's answers, in seconds", false, t => t.LatencySeconds, (t, v) => t with { LatencySeconds = v }),
        new(nameof(AlertThresholds.TokensPerHour), "tokens-per-hour", "tokens of one model within an hour", false, t => t.TokensPerHour, (t, v) => t with { TokensPerHour = v }),
        new(nameof(AlertThresholds.ProviderUsdPerHour), "provider-usd-per-hour", "US dollars of one provider within an hour", false, t => t.ProviderUsdPerHour, (t, v) => t with { ProviderUsdPerHour = v }),
        new(nameof(AlertThresholds.DailyBudgetUsd), "daily-budget-usd", "US dollars that a day may cost", false, t => t.DailyBudgetUsd, (t, v) => t with { DailyBudgetUsd = v }),
        new(nameof(AlertThresholds.SpikeFactor), "spike-factor", "how many times the usual cost is unusual", false, t => t.SpikeFactor, (t, v) => t with { SpikeFactor = v }),
        new(nameof(AlertThresholds.SpikeFloorUsdPerHour), "spike-floor-usd-per-hour", "US dollars within an hour below which nothing is a spike", false, t => t.SpikeFloorUsdPerHour, (t, v) => t with { SpikeFloorUsdPerHour = v }),
        new(nameof(AlertThresholds.ToolErrorRate), "tool-error-rate", "share of a tool's calls that fail", true, t => t.ToolErrorRate, (t, v) => t with { ToolErrorRate = v }),
        new(nameof(AlertThresholds.ToolSeconds), "tool-seconds", "95th percentile of a tool's answers, in seconds", false, t => t.ToolSeconds, (t, v) => t with { ToolSeconds = v }),
        new(nameof(AlertThresholds.BacklogRecords), "backlog-records", "usage records that wait to be made durable", false, t => t.BacklogRecords, (t, v) => t with { BacklogRecords = v }),
        new(nameof(AlertThresholds.UnpricedCalls), "unpriced-calls", "calls of one model without a price within a quarter of an hour", false, t => t.UnpricedCalls, (t, v) => t with { UnpricedCalls = v }),
        new(nameof(AlertThresholds.MinimumCalls), "minimum-calls", "calls below which a share or a percentile says nothing", false, t => t.MinimumCalls, (t, v) => t with { MinimumCalls = v }),
    ];

    /// <summary>What it may be, in words.</summary>
    public string Allowed => IsShare ? "0 to 1" : "0 to 1,000,000,000,000";

    public bool IsAllowed(decimal value) => value >= 0 && value <= (IsShare ? 1 : 1_000_000_000_000);

    public string Shown(AlertThresholds thresholds) => Get(thresholds).ToString("0.############", CultureInfo.InvariantCulture);
}
