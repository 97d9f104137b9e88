namespace AiTelemetry.Tests.Pricing;

public class BadPriceFileTests
{
    [Theory]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": -1, "output": 2 } } ] }""", "a/m: rates.input", "negative")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "output": 2 } } ] }""", "a/m: rates", "input rate is missing")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m" } ] }""", "a/m", "neither rates nor units")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": "2.5", "output": 2 } } ] }""", "a/m: rates.input", "not a string")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": 10000.01, "output": 2 } } ] }""", "a/m: rates.input", "above 10,000 USD")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": 1e40, "output": 2 } } ] }""", "a/m: rates.input", "does not fit")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "units": { "perQuery": 1001 } } ] }""", "a/m: units.perQuery", "above 1,000 USD")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": 1, "input": 2 } } ] }""", "a/m: rates.input", "given twice")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": 1 } }, { "provider": "a", "model": "M", "rates": { "input": 1 } } ] }""", "a/M", "already a name of a/m")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "aliases": ["x"], "rates": { "input": 1 } }, { "provider": "a", "model": "x", "rates": { "input": 1 } } ] }""", null, "already a name of a/m")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "inptu": 1 } } ] }""", "a/m: rates.inptu", "unknown key")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "price": 1 } ] }""", "a/m: price", "unknown key")]
    [InlineData("""{ "modles": [] }""", "modles", "unknown key")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "variants": { "turbo": { "rates": { "input": 1 } } } } ] } ] }""", "turbo", "unknown key")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "from": "2026-13-01", "rates": { "input": 1 } } ] } ] }""", "from", "not a date")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "from": "2026-01-01T10:00:00", "rates": { "input": 1 } } ] } ] }""", "from", "not a date")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "from": 20260101, "rates": { "input": 1 } } ] } ] }""", "from", "expected a string")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "from": "2026-02-01", "to": "2026-01-01", "rates": { "input": 1 } } ] } ] }""", "a/m", "ends before it starts")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 } }, { "from": "2026-01-01", "rates": { "input": 2 } } ] } ] }""", "a/m", "hold at the same time")]
    [InlineData("""{ "models": [ { "model": "m", "rates": { "input": 1 } } ] }""", "models[0]", "a provider and a model")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "  ", "rates": { "input": 1 } } ] }""", "model", "is empty")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "geoMultipliers": { "us": 0 } } ] } ] }""", "geoMultipliers.us", "multiplier")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "tiers": [ { "above": 1.5, "rates": { "input": 1 } } ] } ] } ] }""", "above", "whole number")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "bands": [ { "over": 5, "upTo": 5, "rates": { "input": 1 } } ] } ] } ] }""", "bands", "larger upTo")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "timeOfDay": [ { "utc": ["25:00-26:00"], "rates": { "input": 1 } } ] } ] } ] }""", "utc", "not a window")]
    [InlineData("""{ "aliases": { "a/x": "y", "a/y": "z", "a/z": "a/x" } }""", "aliases.a/z", "circle")]
    [InlineData("""{ "aliases": { "a/x": "x" } }""", "aliases.a/x", "circle")]
    [InlineData("""{ "deployments": { "x": "y" } }""", "deployments.x", "provider/name")]
    [InlineData("""[]""", "", "expected an object")]
    [InlineData("""{ "models": [""", null, "not valid JSON")]
    [InlineData("", null, "not valid JSON")]
    [InlineData("{} {}", null, "not valid JSON")]
    public void A_file_that_cannot_be_right_is_refused_with_file_line_and_key(string json, string? key, string reason)
    {
        using var folder = new TempFolder();
        var file = folder.Write("prices.json", "\n\n" + json);

        var refused = Assert.Throws<PriceFileException>(() => new PriceCatalog(new PriceCatalogOptions { OverrideFile = file }));

        Assert.Equal(file, refused.File);
        Assert.Equal(3, refused.Line);
        Assert.Contains(reason, refused.Message);
        if (key is not null)
            Assert.EndsWith(key, refused.Key);
        Assert.StartsWith($"{file}(3): ", refused.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        using var folder = new TempFolder();

        Assert.Throws<PriceFileException>(() => new PriceCatalog(new PriceCatalogOptions { OverrideFile = folder.Path("none.json") }));
        Assert.Throws<PriceFileException>(() => new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = folder.Path("") }));
    }

    [Fact]
    public void Prices_given_in_code_are_held_to_the_same_rules()
    {
        Refused("acme/m: output", o => o.Overrides.Add(new() { Provider = "acme", Model = "m", Input = 1, Output = -1 }));
        Refused("acme/m: input", o => o.Overrides.Add(new() { Provider = "acme", Model = "m", Input = 20_000 }));
        Refused("acme/m", o =>
        {
            o.Overrides.Add(new() { Provider = "acme", Model = "m", Input = 1 });
            o.Overrides.Add(new() { Provider = "acme", Model = "m", Input = 2 });
        });
        Refused("acme/b", o =>
        {
            o.Aliases["acme/a"] = "acme/b";
            o.Aliases["acme/b"] = "a";
        });

        static void Refused(string key, Action<PriceCatalogOptions> configure)
        {
            var options = new PriceCatalogOptions();
            configure(options);
            var refused = Assert.Throws<PriceFileException>(() => new PriceCatalog(options));
            Assert.Equal(("options", key), (refused.File, refused.Key));
        }
    }
}
