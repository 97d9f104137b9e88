namespace AiTelemetry.Tests.Pricing;

public class AllocationTests
{
    [Theory]
    [InlineData("anthropic", "claude-opus-4-8", "fast", "us")]
    [InlineData("openai", "gpt-4o-2024-08-06", "default", null)]
    [InlineData("deepseek", "deepseek-v4-flash", null, null)]
    [InlineData("openai", "gpt-of-nobody", null, null)]
    public void Pricing_allocates_nothing_after_the_first_call_of_a_model(string provider, string model, string? tier, string? geo)
    {
        var catalog = PriceCatalog.Default;
        var usage = new TokenUsage { Input = 30_011, CacheRead = 12_007, CacheWrite = 4_003, CacheWrite1h = 0, Output = 807, Reasoning = 100 };
        var terms = new PriceTerms { ServedTier = tier, Geo = geo, Units = new UsageUnits { WebSearches = 2 } };
        for (var i = 0; i < 100; i++)
            catalog.Price(provider, model, usage, Catalogs.Noon, terms);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            catalog.Price(provider, model, usage, Catalogs.Noon, terms);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
