using AiTelemetry.Pricing;

namespace AiTelemetry.Tests.Pricing;

public class HonestyTests
{
    static readonly PriceCatalog Catalog = Catalogs.Of(Catalogs.Invented);

    [Theory]
    [InlineData("acme", "nobody-knows")]
    [InlineData("nobody", "plain")]
    [InlineData("", "")]
    [InlineData(null, null)]
    [InlineData("acme", "plai")]
    [InlineData("acme", "plain-two")]
    public void An_unknown_model_has_no_cost_and_never_a_cost_of_zero(string? provider, string? model)
    {
        var cost = Catalog.Price(provider, model, new() { Input = 10, Output = 10 }, Catalogs.Noon);

        Assert.Equal((null, CostStatus.Unknown, null, PriceMatchKind.None), (cost.Usd, cost.Status, cost.Key, cost.MatchKind));
    }

    [Fact]
    public void A_call_without_usage_has_no_cost()
    {
        var cost = Price("plain", new());

        Assert.Equal((null, CostStatus.Unknown, CostNotes.UsageUnknown), (cost.Usd, cost.Status, cost.Flags));
    }

    [Fact]
    public void Zero_is_said_of_zero_usage_and_of_a_price_of_zero_only()
    {
        Assert.Equal((0m, CostStatus.Exact), Pair(Price("plain", new() { Input = 0, Output = 0 })));
        Assert.Equal((0m, CostStatus.Exact), Pair(Price("free", new() { Input = 100, Output = 100 })));
    }

    [Fact]
    public void What_has_no_price_is_left_out_and_named()
    {
        var terms = new PriceTerms { Units = new() { WebSearches = 2 } };
        var usage = new TokenUsage { Input = 100, Output = 1 };

        Assert.Equal((0.000309m, CostStatus.Partial), Pair(Price("bare", usage, terms)));
        Assert.Contains(Catalog.Explain("acme", "bare", usage, Catalogs.Noon, terms), l => l is { What: "webSearchPer1k", Quantity: 2, Rate: null, Usd: null });
        Assert.Equal((null, CostStatus.Unknown), Pair(Price("talker", usage)));
    }

    [Fact]
    public void A_missing_count_makes_the_cost_a_lower_bound()
    {
        Assert.Equal((0.0003m, CostStatus.Partial), Pair(Price("bare", new() { Input = 100 })));
        Assert.Equal((0.0009m, CostStatus.Partial), Pair(Price("bare", new() { Output = 100 })));
    }

    [Fact]
    public void Without_a_cache_price_cached_tokens_cost_what_input_costs()
    {
        var cost = Price("bare", new() { Input = 100, CacheRead = 80, Output = 0 });

        Assert.Equal((0.0003m, CostStatus.Approximate, CostNotes.CacheRateAssumed), (cost.Usd, cost.Status, cost.Flags));
    }

    [Fact]
    public void A_cache_write_of_unknown_lifetime_is_taken_for_five_minutes()
    {
        var cost = Price("plain", new() { Input = 100, CacheWrite = 100, Output = 0 });

        Assert.Equal((0.00025m, CostStatus.Approximate, CostNotes.CacheLifetimeAssumed), (cost.Usd, cost.Status, cost.Flags));
        Assert.Equal(CostStatus.Exact, Price("plain", new() { Input = 100, CacheWrite = 100, CacheWrite1h = 0, Output = 0 }).Status);
    }

    [Theory]
    [InlineData(10, 50, 0)]
    [InlineData(-5, 0, 0)]
    [InlineData(long.MaxValue, 0, 0)]
    [InlineData(10, 0, 50)]
    [InlineData(long.MinValue, long.MaxValue, long.MaxValue)]
    public void Counts_that_contradict_each_other_are_clamped_and_flagged(long input, long cached, long reasoning)
    {
        var cost = Price("plain", new() { Input = input, CacheRead = cached, Output = 10, Reasoning = reasoning });

        Assert.True(cost.Flags.HasFlag(CostNotes.UsageInconsistent));
        Assert.True(cost.Usd >= 0);
    }

    [Fact]
    public void Units_beyond_belief_neither_overflow_nor_pass_unmarked()
    {
        var cost = Price("plain", new() { Input = 1, Output = 1 }, new() { Units = new() { WebSearches = long.MaxValue, AudioSeconds = decimal.MaxValue } });

        Assert.True(cost.Flags.HasFlag(CostNotes.UsageInconsistent));
    }

    [Fact]
    public void A_reported_charge_wins_and_the_computed_one_is_kept_beside_it()
    {
        var usage = new TokenUsage { Input = 1_000_000, Output = 0 };

        var close = Price("bare", usage, new() { ReportedUsd = 3.02m });
        Assert.Equal((3.02m, CostStatus.Reported, 3m, CostNotes.None), (close.Usd, close.Status, close.ComputedUsd, close.Flags));
        Assert.Equal(CostNotes.Drift, Price("bare", usage, new() { ReportedUsd = 3.04m }).Flags);
        Assert.Equal((0.5m, CostStatus.Reported, "provider"), With(Catalog.Price("openrouter", "x/y", usage, Catalogs.Noon, new() { ReportedUsd = 0.5m })));
        Assert.Equal(CostStatus.Reported, Price("plain", new(), new() { ReportedUsd = 0m }).Status);
        Assert.Equal(CostStatus.Exact, Price("bare", usage, new() { ReportedUsd = -1m }).Status);

        static (decimal?, CostStatus, string?) With(CostResult cost) => (cost.Usd, cost.Status, cost.Source);
    }

    [Fact]
    public void With_the_users_own_key_the_gateways_fee_and_the_upstream_charge_add_up_and_else_they_do_not()
    {
        Assert.Equal(0.055m, ReportedCost.Total(0.005m, 0.05m, isByok: true));
        Assert.Equal(0.05m, ReportedCost.Total(0.05m, 0.05m, isByok: false));
        Assert.Equal(0.05m, ReportedCost.Total(0.05m, 0.05m, isByok: null));
        Assert.Null(ReportedCost.Total(null, 0.05m, isByok: false));
    }

    [Fact]
    public void An_old_price_and_an_announced_one_say_so()
    {
        Assert.Equal(CostNotes.None, Price("bare", new() { Input = 1, Output = 1 }).Flags);
        Assert.Equal(CostNotes.Stale, Catalog.Price("acme", "bare", new() { Input = 1, Output = 1 }, new DateTimeOffset(2027, 6, 1, 0, 0, 0, TimeSpan.Zero)).Flags);
        var announced = Catalogs.Of("""{ "asOf": "2026-08-01", "models": [ { "provider": "acme", "model": "m", "prices": [ { "from": "2026-09-01", "rates": { "input": 1, "output": 1 } } ] } ] }""");
        Assert.Equal(CostNotes.Announced, announced.Price("acme", "m", new() { Input = 1, Output = 1 }, new DateTimeOffset(2026, 9, 2, 0, 0, 0, TimeSpan.Zero)).Flags);
    }

    [Fact]
    public void A_total_counts_what_it_does_not_know()
    {
        var total = default(CostTotal).Add(Price("bare", new() { Input = 100, Output = 0 })).Add(Price("unheard-of", new() { Input = 1, Output = 1 }))
            .Add(Price("bare", new() { Input = 100 }));

        Assert.Equal(new CostTotal { KnownUsd = 0.0006m, Calls = 3, UnknownCalls = 1, PartialCalls = 1 }, total);
        Assert.Equal(new CostTotal { KnownUsd = 0.0012m, Calls = 6, UnknownCalls = 2, PartialCalls = 2 }, total.Add(total));
    }

    [Fact]
    public void An_unknown_model_is_told_once()
    {
        var told = new List<string>();
        var catalog = Catalogs.Of(Catalogs.Invented, o => o.OnUnknownModel = (provider, model) => told.Add($"{provider}/{model}"));

        for (var i = 0; i < 3; i++)
        {
            catalog.Price("acme", "who", new() { Input = 1 }, Catalogs.Noon);
            catalog.Price("acme", "plain", new() { Input = 1 }, Catalogs.Noon);
        }

        Assert.Equal("acme/who", Assert.Single(told));
    }

    [Fact]
    public void Two_prices_with_the_same_figures_have_the_same_name_and_others_do_not()
    {
        string? Version(string rates) => Catalogs.Of($$"""{ "models": [ { "provider": "acme", "model": "m", "rates": {{rates}} } ] }""")
            .Price("acme", "m", new() { Input = 1, Output = 1 }, Catalogs.Noon).PriceVersion;

        Assert.Equal(Version("""{ "input": 2.5, "output": 1 }"""), Version("""{ "output": 1.0, "input": 2.50 }"""));
        Assert.False(Version("""{ "input": 2.5, "output": 1 }""") == Version("""{ "input": 2.5, "output": 1.1 }"""));
    }

    static CostResult Price(string model, TokenUsage usage, PriceTerms terms = default) => Catalog.Price("acme", model, usage, Catalogs.Noon, terms);

    static (decimal?, CostStatus) Pair(CostResult cost) => (cost.Usd, cost.Status);
}
