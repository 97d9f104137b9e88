using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Pricing;

/// <summary>The price of one call; beside the three decimal products that a price written into the code would take.</summary>
[MemoryDiagnoser]
public class PriceOfACall
{
    static readonly DateTimeOffset At = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    readonly TokenUsage _usage = new() { Input = 30_011, CacheRead = 12_007, Output = 807, Reasoning = 100 };
    readonly PriceTerms _fast = new() { ServedTier = "fast", Geo = "us", Units = new UsageUnits { WebSearches = 2 } };

    [Benchmark(Baseline = true)]
    public int ThreeProducts() =>
        MicroUsd(((_usage.Input - _usage.CacheRead) * 0.0000025m) + (_usage.CacheRead * 0.00000125m) + (_usage.Output * 0.00001m));

    [Benchmark]
    public int Plain() => MicroUsd(PriceCatalog.Default.Price("openai", "gpt-4o-2024-08-06", _usage, At).Usd);

    [Benchmark]
    public int WithTierAndRegion() => MicroUsd(PriceCatalog.Default.Price("anthropic", "claude-opus-4-8", _usage, At, _fast).Usd);

    [Benchmark]
    public int UnknownModel() => MicroUsd(PriceCatalog.Default.Price("openai", "gpt-of-nobody", _usage, At).Usd);

    static int MicroUsd(decimal? usd) => usd is { } known ? (int)(known * 1_000_000) : -1;
}
