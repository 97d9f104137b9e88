namespace AiTelemetry.Tests.Pricing;

public class LiteLlmTests
{
    static readonly TokenUsage Million = new() { Input = 1_000_000, Output = 0 };

    internal const string Rows = """
        { "sample_spec": { "litellm_provider": "one of many", "input_cost_per_token": 0.0 },
          "generalisations": [ 1, { "a": 2 } ],
          "x/plain": { "litellm_provider": "x", "mode": "chat", "input_cost_per_token": 1.25e-06, "output_cost_per_token": "1e-05", "cache_read_input_token_cost": 1.25e-07,
            "input_cost_per_token_above_200k_tokens": 2.5e-06, "input_cost_per_token_batches": 6.25e-07, "input_cost_per_token_priority": 2.5e-06,
            "input_cost_per_token_above_200k_tokens_priority": 5e-06, "search_context_cost_per_query": { "search_context_size_low": 0.005, "search_context_size_medium": 0.008, "search_context_size_high": 0.012 },
            "regional_processing_uplift_multiplier_eu": 1.1, "supports_vision": true, "max_tokens": "a lot", "unheard_of_cost": { "deep": [ 1 ] } },
          "x/bands": { "litellm_provider": "x", "tiered_pricing": [ { "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "range": [ 0, 1000.0 ] }, { "input_cost_per_token": 3e-06, "output_cost_per_token": 4e-06, "range": [ 1000.0, 2000.0 ] } ] },
          "x/hour-cheap": { "litellm_provider": "x", "input_cost_per_token": 1.5e-05, "output_cost_per_token": 7.5e-05, "cache_creation_input_token_cost": 1.875e-05, "cache_creation_input_token_cost_above_1hr": 6e-06 },
          "x/hour-dear": { "litellm_provider": "x", "input_cost_per_token": 2.5e-07, "output_cost_per_token": 1e-06, "cache_creation_input_token_cost": 3e-07, "cache_creation_input_token_cost_above_1hr": 6e-06 },
          "x/fifty-fold": { "litellm_provider": "x", "input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07, "input_cost_per_token_priority": 2.5e-06 },
          "x/placeholder": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "input_cost_per_token_priority": 1e-06, "output_cost_per_token_priority": 2e-06 },
          "x/million-fold": { "litellm_provider": "x", "input_cost_per_token": 0.005, "output_cost_per_token": 0.02 },
          "x/hears": { "litellm_provider": "x", "mode": "audio_transcription", "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001 },
          "x/nothing": { "litellm_provider": "x", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0 },
          "x/gift:free": { "litellm_provider": "x", "input_cost_per_token": 0, "output_cost_per_token": 0 },
          "x/below-zero": { "litellm_provider": "x", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06 },
          "ollama/local": { "litellm_provider": "ollama", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0 },
          "xai/edge": { "litellm_provider": "xai", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06, "input_cost_per_token_above_128k_tokens": 2e-06 },
          "gpt-4o": { "litellm_provider": "openai", "input_cost_per_token": 9.9e-06, "output_cost_per_token": 1e-05 } }
        """;

    [Fact]
    public void Prices_per_token_in_any_notation_become_exact_prices_per_million()
    {
        var catalog = Load(Rows);

        Assert.Equal(1.25m, Usd(catalog, "plain", Million with { Input = 100_000 }) * 10);
        Assert.Equal(0.00001m, Usd(catalog, "plain", new() { Input = 0, Output = 1 }));
        Assert.Equal(2.5m, Usd(catalog, "plain", Million));
        Assert.Equal(0.0625m, Usd(catalog, "plain", Million with { Input = 100_000 }, new() { ServedTier = "batch" }));
        Assert.Equal(5m, Usd(catalog, "plain", Million, new() { ServedTier = "priority" }));
        Assert.Equal(0.1375m, Usd(catalog, "plain", Million with { Input = 100_000 }, new() { Geo = "eu" }));
        Assert.Equal(0.012m, Usd(catalog, "plain", new() { Input = 0, Output = 0 }, new() { SearchContext = "high", Units = new() { WebSearches = 1 } }));
        Assert.Equal(0.003003m, Usd(catalog, "bands", new() { Input = 1001, Output = 0 }));
        Assert.Equal(0.128m * 2, catalog.Price("xai", "edge", new() { Input = 128_000, Output = 0 }, Catalogs.Noon).Usd);
    }

    [Fact]
    public void A_price_of_zero_is_no_price_unless_the_model_is_local_or_says_free()
    {
        var catalog = Load(Rows);

        Assert.Null(Usd(catalog, "nothing", Million));
        Assert.Equal(PriceMatchKind.Exact, catalog.Find("x", "nothing").Kind);
        Assert.Equal(0m, Usd(catalog, "gift:free", Million));
        Assert.Equal(0m, catalog.Price("ollama", "local", Million, Catalogs.Noon).Usd);
        Assert.Null(Usd(catalog, "below-zero", Million));
    }

    [Fact]
    public void Figures_that_cannot_be_right_are_reported_and_not_believed()
    {
        var catalog = Load(Rows);
        var hour = new TokenUsage { Input = 1_000_000, CacheWrite1h = 1_000_000, Output = 0 };

        Assert.Equal(18.75m, Usd(catalog, "hour-cheap", hour));
        Assert.Equal(0.3m, Usd(catalog, "hour-dear", hour));
        Assert.Equal(0.05m, Usd(catalog, "fifty-fold", Million, new() { ServedTier = "priority" }));
        Assert.Equal(CostStatus.Approximate, catalog.Price("x", "placeholder", Million, Catalogs.Noon, new() { ServedTier = "priority" }).Status);
        Assert.Null(Usd(catalog, "million-fold", Million));
        Assert.Equal(0.006m, Usd(catalog, "hears", default, new() { Units = new() { AudioSeconds = 60 } }));
        Assert.Equal(
            "gpt-4o hour-cheap hour-dear fifty-fold placeholder million-fold hears below-zero".Split(' ').Order(StringComparer.Ordinal),
            catalog.Issues.Select(i => i.Key.Split('/')[^1]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Where_our_own_entry_disagrees_ours_stands_and_is_marked()
    {
        var catalog = Load(Rows);

        var cost = catalog.Price("openai", "gpt-4o", Million, Catalogs.Noon);
        Assert.Equal((2.5m, CostStatus.Approximate, "embedded"), (cost.Usd, cost.Status, cost.Source));
        Assert.Contains(catalog.Issues, i => i is { Key: "openai/gpt-4o", What: "input", Theirs: 9.9m, Ours: 2.5m });
    }

    [Fact]
    public void A_later_file_brings_the_new_price_from_its_day_on_and_no_figure_that_was_rejected()
    {
        using var folder = new TempFolder();
        var file = folder.Write("litellm.json", """
            { "gpt-4o": { "litellm_provider": "openai", "input_cost_per_token": 9.9e-06, "output_cost_per_token": 1e-05 },
              "claude-3-opus-20240229": { "litellm_provider": "anthropic", "input_cost_per_token": 1e-05, "output_cost_per_token": 5e-05, "cache_creation_input_token_cost": 1.25e-05, "cache_creation_input_token_cost_above_1hr": 6e-06 },
              "gpt-image-2": { "litellm_provider": "openai", "input_cost_per_token": 4e-06, "output_cost_per_token": 1e-05 } }
            """);
        var catalog = new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = file, LiteLlmAsOf = new DateOnly(2026, 12, 1) });
        var december = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal((9.9m, "litellm"), Answer("gpt-4o", Million, december));
        Assert.Equal((2.5m, "embedded"), Answer("gpt-4o", Million, december.AddTicks(-1)));
        Assert.Equal((30m, "litellm"), Answer("gpt-image-2", new() { Input = 0, Output = 1_000_000 }, december));

        (decimal?, string?) Answer(string model, TokenUsage usage, DateTimeOffset at)
        {
            var cost = catalog.Price("openai", model, usage, at);
            return (cost.Usd, cost.Source);
        }
    }

    [Fact]
    public void Figures_beyond_all_measure_are_passed_over_and_do_not_keep_the_file_from_being_read()
    {
        var catalog = Load("""
            { "x/huge": { "litellm_provider": "x", "input_cost_per_token": 1e28, "output_cost_per_token": 1e-06 },
              "x/hit": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06, "input_cost_per_token_cache_hit": 1e28 },
              "x/search": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 0, "search_context_cost_per_query": { "search_context_size_medium": 1e28, "search_context_size_low": -1 } },
              "x/bands": { "litellm_provider": "x", "tiered_pricing": [ 5, [], { "input_cost_per_token": 1e-06, "range": [ -1e28, 10 ] }, { "input_cost_per_token": 2e-06, "output_cost_per_token": 0, "range": [ [ 0 ], 1000 ] } ] },
              "x/after": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 0 } }
            """);

        Assert.Null(Usd(catalog, "huge", Million));
        Assert.Contains(catalog.Issues, i => i is { Key: "x/huge", Theirs: null });
        Assert.Equal(1m, Usd(catalog, "hit", Million with { CacheRead = 1_000_000 }));
        Assert.Equal((1m, CostStatus.Partial), (Usd(catalog, "search", Million, new() { Units = new() { WebSearches = 1 } }), catalog.Price("x", "search", Million, Catalogs.Noon, new() { Units = new() { WebSearches = 1 } }).Status));
        Assert.Equal(2m, Usd(catalog, "bands", Million));
        Assert.Equal(1m, Usd(catalog, "after", Million));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"x\": ")]
    public void A_file_that_is_something_else_is_refused(string json) => Assert.Throws<PriceFileException>(() => Load(json));

    static PriceCatalog Load(string json)
    {
        using var folder = new TempFolder();
        return new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = folder.Write("litellm.json", json) });
    }

    static decimal? Usd(PriceCatalog catalog, string model, TokenUsage usage, PriceTerms terms = default) => catalog.Price("x", model, usage, Catalogs.Noon, terms).Usd;
}
