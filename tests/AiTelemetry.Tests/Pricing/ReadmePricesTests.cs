using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Pricing;

/// <summary>What the README of the package says of prices works as it stands there.</summary>
public class ReadmePricesTests
{
    static readonly TokenUsage Million = new() { Input = 1_000_000, Output = 0 };

    static string Example
    {
        get
        {
            var text = File.ReadAllText(Path.Combine(CaseFileFactAttribute.Root, "src", "AiTelemetry", "README.md"));
            const string opens = "```jsonc\n";
            var from = text.IndexOf(opens, StringComparison.Ordinal) + opens.Length;
            return text[from..text.IndexOf("```", from, StringComparison.Ordinal)];
        }
    }

    [Fact]
    public void The_example_of_a_price_file_is_loaded_and_does_what_its_comments_say()
    {
        var catalog = Catalogs.Of(Example);
        var september = new DateTimeOffset(2026, 9, 14, 12, 0, 0, TimeSpan.Zero); // a Monday
        var peak = new DateTimeOffset(2026, 9, 14, 7, 0, 0, TimeSpan.Zero);

        Assert.Equal(0.4m, Usd("vllm", "llama-70b", september));
        Assert.Equal((2.5m, 2.1m), (Usd("openai", "gpt-4o", september.AddDays(-30)), Usd("openai", "gpt-4o", september)));
        Assert.Equal((4m, 2m, 6m), (Usd("acme", "deluxe", september.AddYears(-1)), Short("acme", "deluxe", september), Usd("acme", "deluxe", september)));
        Assert.Equal((1m, 2.2m, 3m), (Short("acme", "deluxe", september, new() { ServedTier = "batch" }), Short("acme", "deluxe", september, new() { Geo = "eu" }), Short("acme", "deluxe", peak)));
        Assert.Equal(0.012m, catalog.Price("acme", "deluxe", new() { Input = 0, Output = 0 }, september, new() { SearchContext = "high", Units = new() { WebSearches = 1 } }).Usd);
        Assert.Equal((1m, 3m), (Short("acme", "banded", september), Usd("acme", "banded", september)));
        Assert.Equal(0.05m, catalog.Price("acme", "scanner", default, september, new() { Units = new() { Pages = 10 } }).Usd);
        Assert.Equal("openai/gpt-4o", catalog.Find("openai", "house-model").Key);
        Assert.Equal(("azure/gpt-4o", PriceMatchKind.Deployment), Found("azure", "prod"));
        Assert.Equal(("azure/gpt-4o-mini", PriceMatchKind.Pattern), Found("azure", "test-17"));

        decimal? Usd(string provider, string model, DateTimeOffset at) => catalog.Price(provider, model, Million, at).Usd;

        // Below every threshold, as a price per million.
        decimal? Short(string provider, string model, DateTimeOffset at, PriceTerms terms = default) =>
            catalog.Price(provider, model, Million with { Input = 1000 }, at, terms).Usd * 1000;

        (string?, PriceMatchKind) Found(string provider, string model)
        {
            var found = catalog.Find(provider, model);
            return (found.Key, found.Kind);
        }
    }

    [Fact]
    public void Every_key_a_price_file_may_have_is_in_the_example()
    {
        string[] keys = ["format", "asOf", "models", "provider", "model", "aliases", "note", "rates", "units", "prices", "from", "to", "tiers", "above", "inclusive", "bands", "over", "upTo", "variants",
            "geoMultipliers", "timeOfDay", "name", "days", "daysUtcOffsetMinutes", "utc", "deployments", "patterns", "batch", "flex", "priority", "fast"];

        Assert.All(keys, key => Assert.Contains($"\"{key}\":", Example, StringComparison.Ordinal));
    }

    [Fact]
    public void Own_prices_go_before_the_built_in_ones()
    {
        using var folder = new TempFolder();
        var (pricesFile, liteLlmFile) = (folder.Write("prices.json", Example), folder.Write("litellm.json", LiteLlmTests.Rows));
        var told = new List<string>();
        var services = new ServiceCollection();
        // #region snippet-readme-prices
        services.AddAiTelemetry(options =>
        {
            options.Prices.Overrides.Add(new PriceOverride { Provider = "vllm", Model = "qwen3-32b", Input = 0.1m, Output = 0.3m });
            options.Prices.Deployments["azure/prod"] = "gpt-4o";                   // what an opaque name stands for
            options.Prices.Patterns.Add(new PricePattern("azure/test-.*", "gpt-4o-mini"));
            options.Prices.OverrideFile = pricesFile;                              // the same in a file, read again when it changes
            options.Prices.LiteLlmFile = liteLlmFile;                              // adds the models that the built-in catalogue lacks
            options.Prices.OnUnknownModel = (provider, model) => Remember($"{provider}/{model} has no price");
        });
        // #endregion
        using var app = services.BuildServiceProvider();
        var calls = app.GetRequiredService<ProviderCallRecorder>();
        using var recorder = new AiTelemetry.Testing.TelemetryRecorder(app);

        foreach (var (provider, model) in (ReadOnlySpan<(string, string)>)[("vllm", "qwen3-32b"), ("azure", "prod"), ("x", "plain"), ("vllm", "llama-70b"), ("vllm", "nobody")])
            calls.Record(new FinishedCall { Provider = provider, Model = model, Usage = Million, Duration = TimeSpan.FromSeconds(1) });

        Assert.Equal(["vllm/qwen3-32b", "azure/gpt-4o", "x/plain", "vllm/llama-3.3-70b", null], recorder.Calls.Select(call => call.Cost.Key));
        Assert.Equal(["vllm/nobody has no price"], told);

        void Remember(string what) => told.Add(what);
    }
}
