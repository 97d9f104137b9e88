namespace AiTelemetry.Tests.Pricing;

public class PriceRulesTests
{
    static readonly PriceCatalog Catalog = Catalogs.Of(Catalogs.Invented);

    [Fact]
    public void Cached_tokens_are_part_of_the_prompt_and_are_charged_once()
    {
        var cost = Price("plain", new() { Input = 1000, CacheRead = 600, CacheWrite = 100, CacheWrite1h = 50, Output = 10 });

        Assert.Equal(((250 * 2m) + (600 * 0.2m) + (100 * 2.5m) + (50 * 4m) + (10 * 10m)) / 1_000_000m, cost.Usd);
        Assert.Equal(CostStatus.Exact, cost.Status);
    }

    [Theory]
    [InlineData(1000, 10, "0.0021")]
    [InlineData(1001, 10, "0.004154")]
    public void A_long_prompt_makes_the_whole_call_dearer_and_not_only_the_excess(long input, long output, string usd) =>
        Assert.Equal(Decimal(usd), Price("plain", new() { Input = input, Output = output }).Usd);

    [Fact]
    public void Cached_tokens_count_towards_the_long_prompt_and_output_does_not()
    {
        Assert.Equal(((401 * 4m) + (600 * 0.4m)) / 1_000_000m, Price("plain", new() { Input = 1001, CacheRead = 600, Output = 0 }).Usd);
        Assert.Equal(((10 * 2m) + (5000 * 10m)) / 1_000_000m, Price("plain", new() { Input = 10, Output = 5000 }).Usd);
    }

    [Fact]
    public void A_threshold_can_itself_be_in_the_higher_tier()
    {
        Assert.Equal(999 * 1m / 1_000_000m, Price("edge", new() { Input = 999, Output = 0 }).Usd);
        Assert.Equal(1000 * 3m / 1_000_000m, Price("edge", new() { Input = 1000, Output = 0 }).Usd);
    }

    [Theory]
    [InlineData(1, "0.000002")]
    [InlineData(100, "0.000101")]
    [InlineData(101, "0.000205")]
    [InlineData(500, "0.001003")]
    public void A_band_holds_up_to_its_upper_edge_and_the_last_one_beyond(long input, string usd) =>
        Assert.Equal(Decimal(usd), Price("banded", new() { Input = input, Output = 1 }).Usd);

    [Fact]
    public void A_served_tier_has_its_own_rates_and_its_own_long_prompt_rates()
    {
        var usage = new TokenUsage { Input = 1001, Output = 10 };

        Assert.Equal(((1001 * 2m) + (10 * 7.5m)) / 1_000_000m, Price("plain", usage, new() { ServedTier = "flex" }).Usd);
        var batch = Price("plain", usage, new() { ServedTier = "batch" });
        Assert.Equal(((1001 * 1m) + (10 * 5m)) / 1_000_000m, batch.Usd);
        Assert.True(batch.Flags.HasFlag(CostNotes.TierLongContextAssumed));
        Assert.Equal(CostStatus.Approximate, batch.Status);
    }

    [Fact]
    public void A_rate_the_served_tier_does_not_list_stays_the_standard_one_and_says_so()
    {
        var usage = new TokenUsage { Input = 100, CacheRead = 50, Output = 10 };

        var batch = Price("plain", usage, new() { ServedTier = "batch" });
        Assert.Equal(((50 * 1m) + (50 * 0.2m) + (10 * 5m)) / 1_000_000m, batch.Usd);
        Assert.Equal((CostStatus.Approximate, CostNotes.TierRateAssumed), (batch.Status, batch.Flags));
        Assert.Equal(CostStatus.Exact, Price("plain", usage, new() { ServedTier = "flex" }).Status);
        Assert.Equal(Price("plain", usage).Usd, Price("plain", usage, new() { ServedTier = "scale" }).Usd);
        Assert.Equal(CostStatus.Approximate, Price("plain", usage, new() { ServedTier = "scale" }).Status);
    }

    [Fact]
    public void A_region_multiplies_every_token_but_no_search()
    {
        var cost = Price("plain", new() { Input = 100, CacheRead = 50, Output = 10 }, new() { Geo = "us", Units = new() { WebSearches = 3 } });

        Assert.Equal((((50 * 2m) + (50 * 0.2m) + (10 * 10m)) * 1.1m / 1_000_000m) + 0.03m, cost.Usd);
        Assert.Equal(CostNotes.RegionAssumed, Price("plain", new() { Input = 1, Output = 1 }, new() { Geo = "mars" }).Flags);
    }

    [Fact]
    public void Audio_is_charged_as_audio_also_where_it_was_cached()
    {
        var told = Price("plain", new() { Input = 100, AudioInput = 80, CacheRead = 50, CacheReadAudio = 40, Output = 20, AudioOutput = 5 });
        Assert.Equal(((10 * 2m) + (40 * 30m) + (10 * 0.2m) + (40 * 3m) + (15 * 10m) + (5 * 60m)) / 1_000_000m, told.Usd);

        // 80 + 50 do not fit into 100: at least 30 are both.
        var untold = Price("plain", new() { Input = 100, AudioInput = 80, CacheRead = 50, Output = 0 });
        Assert.Equal(((50 * 30m) + (30 * 3m) + (20 * 0.2m)) / 1_000_000m, untold.Usd);
    }

    [Theory]
    [InlineData("2026-07-29T23:59:59Z", "8")]
    [InlineData("2026-07-30T00:00:00Z", "4")]
    [InlineData("2026-07-30T01:59:59+02:00", "8")]
    public void A_price_holds_from_its_first_moment_to_before_its_last(string at, string usd) =>
        Assert.Equal(Decimal(usd), Catalog.Price("acme", "dated", new() { Input = 1_000_000, Output = 0 }, DateTimeOffset.Parse(at)).Usd);

    [Fact]
    public void A_time_without_a_price_has_no_cost()
    {
        var cost = Catalog.Price("acme", "dated", new() { Input = 1, Output = 1 }, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal((null, CostStatus.Unknown, CostNotes.NoPriceAtDate), (cost.Usd, cost.Status, cost.Flags));
    }

    [Theory]
    [InlineData("2026-08-17T21:59:59Z", 1)]
    [InlineData("2026-08-17T22:00:00Z", 2)]
    [InlineData("2026-08-18T01:59:59Z", 2)]
    [InlineData("2026-08-18T02:00:00Z", 1)]
    [InlineData("2026-08-21T22:00:00Z", 1)]
    [InlineData("2026-08-16T23:00:00Z", 2)]
    public void A_window_of_the_day_wraps_midnight_and_reads_the_weekday_of_the_vendor(string at, int rate) =>
        Assert.Equal(rate, Catalog.Price("acme", "peaky", new() { Input = 1_000_000, Output = 0 }, DateTimeOffset.Parse(at)).Usd);

    [Fact]
    public void A_search_model_charges_by_context_once_a_request_unless_searches_were_counted()
    {
        var usage = new TokenUsage { Input = 1, Output = 1 };

        Assert.Equal(0.005002m, Price("searcher", usage, new() { SearchContext = "low" }).Usd);
        Assert.Equal(0.024002m, Price("searcher", usage, new() { SearchContext = "high", Units = new() { WebSearches = 2 } }).Usd);
        Assert.Equal(0.000002m, Price("searcher", usage, new() { Units = new() { WebSearches = 0 } }).Usd);
        var assumed = Price("searcher", usage);
        Assert.Equal((0.008002m, CostNotes.SearchContextAssumed), (assumed.Usd, assumed.Flags));
    }

    [Fact]
    public void The_cache_saves_what_reads_save_less_what_writes_cost_more()
    {
        Assert.Equal(((600 * 1.8m) - (100 * 0.5m)) / 1_000_000m, Price("plain", new() { Input = 1000, CacheRead = 600, CacheWrite = 100, CacheWrite1h = 0, Output = 1 }).CacheSavingsUsd);
        Assert.Equal(-50 * 2m / 1_000_000m, Price("plain", new() { Input = 100, CacheWrite1h = 50, Output = 1 }).CacheSavingsUsd);
        Assert.Equal(600 * 1.8m * 1.1m / 1_000_000m, Price("plain", new() { Input = 1000, CacheRead = 600, Output = 1 }, new() { Geo = "us" }).CacheSavingsUsd);
        Assert.Equal(0m, Price("bare", new() { Input = 1000, CacheRead = 600, Output = 1 }).CacheSavingsUsd);
    }

    [Fact]
    public void The_lines_add_up_to_the_cost()
    {
        var usage = new TokenUsage { Input = 2000, CacheRead = 600, AudioInput = 100, Output = 77, AudioOutput = 7 };
        var terms = new PriceTerms { Geo = "us", Units = new() { WebSearches = 3 } };

        var lines = Catalog.Explain("acme", "plain", usage, Catalogs.Noon, terms);

        Assert.Equal(Price("plain", usage, terms).Usd, lines.Sum(l => l.Usd));
        Assert.Equal("input inputAudio cacheRead output outputAudio webSearchPer1k", string.Join(" ", lines.Select(l => l.What)));
    }

    static CostResult Price(string model, TokenUsage usage, PriceTerms terms = default) => Catalog.Price("acme", model, usage, Catalogs.Noon, terms);

    static decimal Decimal(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
