using AiTelemetry.Testing;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>What telemetry must say of a call, by what the fake provider received and sent alone.</summary>
internal sealed class CausedCall(FakeCall call, PriceCatalog prices)
{
    public FakeCall Call { get; } = call;

    public string Provider => Call.Request.Provider;

    public string Model => Call.Model ?? Call.Request.Model!;

    public bool IsStream => Call.Request.IsStreaming;

    public TokenUsage Usage => Call.Usage ?? default;

    public bool IsRateLimited => Call.Status == 429;

    public string Outcome => IsRateLimited ? "rate_limited" : Call.Status >= 400 ? "error" : Call.ClientLeft ? "cancelled" : "success";

    public string? ErrorType => IsRateLimited ? "rate_limit" : Call.Status >= 400 ? "invalid_request" : Call.ClientLeft ? "cancelled" : null;

    public string? UsageMissing => Call.ClientLeft ? "partial" : Call.Status < 400 && Call.Usage is null ? "absent" : null;

    /// <summary>Every token written to a cache, for however long.</summary>
    public long CacheWrite => (Usage.CacheWrite ?? 0) + (Usage.CacheWrite1h ?? 0);

    /// <summary>The price of what was sent, not of what was read.</summary>
    public decimal? CostUsd => Call.Usage is { } usage ? prices.Price(Provider, Model, usage, TimeProvider.System.GetUtcNow()).Usd : null;
}
