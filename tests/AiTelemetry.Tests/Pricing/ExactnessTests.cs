using FsCheck;
using FsCheck.Fluent;

namespace AiTelemetry.Tests.Pricing;

/// <summary>
/// Sums are exact: a rate has at most 6 decimals per million and a multiplier one or two, so a cost has at most 14 of a decimal's 28
/// digits behind the point and a sum of a billion costs of up to a million dollars needs 29 - 14 = 15 before it. Addition rounds nothing,
/// in whatever order.
/// </summary>
public class ExactnessTests
{
    static readonly Gen<TokenUsage> Usages =
        from input in Gen.Choose(0, 2_000_000)
        from read in Gen.Choose(0, input)
        from write in Gen.Choose(0, input - read)
        from hour in Gen.Choose(0, input - read - write)
        from output in Gen.Choose(0, 200_000)
        from reasoning in Gen.Choose(0, output)
        select new TokenUsage { Input = input, CacheRead = read, CacheWrite = write, CacheWrite1h = hour, Output = output, Reasoning = reasoning };

    static readonly Gen<(string Provider, string Model, string? Tier, string? Geo)> Models =
        from model in Gen.Elements(("openai", "gpt-5.4-nano"), ("anthropic", "claude-opus-4-8"), ("deepseek", "deepseek-v4-pro"), ("google", "gemini-3-pro-preview"), ("xai", "grok-4-0709"))
        from tier in Gen.Elements(null, "batch", "flex", "priority", "fast")
        from geo in Gen.Elements(null, "us")
        select (model.Item1, model.Item2, tier, geo);

    [Fact]
    public void The_sum_of_costs_is_the_same_in_any_order_and_grouping()
    {
        var calls = (from model in Models from usage in Usages select Cost(model, usage)).ArrayOf();

        Prop.ForAll(calls.ToArbitrary(), costs =>
        {
            var forwards = costs.Aggregate(0m, (sum, c) => sum + c);
            var backwards = costs.Reverse().Aggregate(0m, (sum, c) => sum + c);
            var halves = costs.Where((_, i) => i % 2 == 0).Sum() + costs.Where((_, i) => i % 2 == 1).Sum();
            return forwards == backwards && forwards == halves && costs.Aggregate(forwards, (rest, c) => rest - c) == 0m;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void N_equal_calls_cost_n_times_one_call()
    {
        var cases = from model in Models from usage in Usages from n in Gen.Choose(0, 500) select (Cost: Cost(model, usage), n);

        Prop.ForAll(cases.ToArbitrary(), c => Enumerable.Repeat(c.Cost, c.n).Sum() == c.Cost * c.n).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_cost_of_a_call_is_the_sum_of_its_lines_whatever_was_used()
    {
        var cases = from model in Models from usage in Usages select (model, usage);

        Prop.ForAll(cases.ToArbitrary(), c =>
            PriceCatalog.Default.Explain(c.model.Provider, c.model.Model, c.usage, Catalogs.Noon, Terms(c.model)).Sum(l => l.Usd ?? 0m) == Cost(c.model, c.usage)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Ten_million_calls_of_a_price_that_binary_numbers_cannot_hold_add_up_exactly()
    {
        var catalog = Catalogs.Of("""{ "models": [ { "provider": "acme", "model": "m", "rates": { "input": 2.25, "output": 0 } } ] }""");
        var cost = catalog.Price("acme", "m", new() { Input = 1000, Output = 0 }, Catalogs.Noon).Usd!.Value;
        var sum = 0m;
        for (var i = 0; i < 10_000_000; i++)
            sum += cost;

        Assert.Equal(0.00225m, cost);
        Assert.Equal(22_500m, sum);
    }

    [Theory]
    [InlineData("0.1234567890123456", 1_000, "0.0001234567890123456")]
    [InlineData("10000", 1_000_000_000_000_000, "10000000000000")]
    [InlineData("9999.999999999999", 1_000_000_000_000_000, "9999999999999.999")]
    public void Rates_and_totals_beyond_what_integers_hold_are_as_exact(string rate, long tokens, string usd)
    {
        var catalog = Catalogs.Of($$"""{ "models": [ { "provider": "acme", "model": "m", "rates": { "input": {{rate}}, "output": 0 } } ] }""");

        var cost = catalog.Price("acme", "m", new() { Input = tokens, Output = 0 }, Catalogs.Noon).Usd;

        Assert.Equal(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture), cost);
    }

    static decimal Cost((string Provider, string Model, string? Tier, string? Geo) model, TokenUsage usage) =>
        PriceCatalog.Default.Price(model.Provider, model.Model, usage, Catalogs.Noon, Terms(model)).Usd!.Value;

    static PriceTerms Terms((string Provider, string Model, string? Tier, string? Geo) model) => new() { ServedTier = model.Tier, Geo = model.Geo };
}
