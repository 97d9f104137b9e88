using System.Text;
using AiTelemetry.Pricing;

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
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "bands": [ { "over": 5, "upTo": 5, "rates": { "input": 1 } } ] } ] } ] }""", "bands[0]", "larger upTo")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "timeOfDay": [ { "utc": ["25:00-26:00"], "rates": { "input": 1 } } ] } ] } ] }""", "utc", "not a window")]
    [InlineData("""{ "aliases": { "a/x": "y", "a/y": "z", "a/z": "a/x" } }""", "aliases.a/z", "circle")]
    [InlineData("""{ "aliases": { "a/x": "x" } }""", "aliases.a/x", "circle")]
    [InlineData("""{ "deployments": { "x": "y" } }""", "deployments.x", "provider/name")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "tiers": [ { "above": 5, "rates": { "input": -0.1 } } ] } ] } ] }""", "tiers[0].rates.input", "negative")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "variants": { "batch": { "rates": { "input": -0.1 } } } } ] } ] }""", "variants.batch.rates.input", "negative")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "timeOfDay": [ { "utc": ["01:00-02:00"], "rates": { "output": -1 } } ] } ] } ] }""", "timeOfDay[0].rates.output", "negative")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "bands": [ { "over": 0, "upTo": 5, "rates": { "input": 10001 } } ] } ] } ] }""", "bands[0].rates.input", "above 10,000 USD")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "units": { "perPage": -0.01 } } ] }""", "a/m: units.perPage", "negative")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "units": { "webSearchPer1k": { "low": 1, "medium": 2 } } } ] }""", "a/m: units.webSearchPer1k", "low, medium and high")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "units": { "perPage": "0.01" } } ] }""", "a/m: units.perPage", "not a string")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": null } } ] }""", "a/m: rates.input", "got null")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": { "input": NaN } } ] }""", "a/m: rates.input", "not valid JSON")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "rates": {}, "prices": [ { "rates": { "input": 1 } } ] } ] }""", "a/m", "not both")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [] } ] }""", "a/m", "no price is given")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "tiers": [ { "above": 5, "rates": { "input": 1 } }, { "above": 5, "rates": { "input": 2 } } ] } ] } ] }""", "tiers[1]", "given twice")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "bands": [ { "over": 0, "upTo": 9, "rates": { "input": 1 } }, { "over": 5, "upTo": 20, "rates": { "input": 1 } } ] } ] } ] }""", "bands[1]", "overlap")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "rates": { "input": 1 }, "variants": { "batch": { "rates": { "input": 1 } }, "batch": { "rates": { "input": 2 } } } } ] } ] }""", "variants.batch", "given twice")]
    [InlineData("""{ "models": [], "models": [] }""", "models", "given twice")]
    [InlineData("""{ "asOf": "22.08.2026" }""", "asOf", "not a date")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "asOf": "2026-02-29", "rates": { "input": 1 } } ] }""", "a/m: asOf", "not a date")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "to": "soon", "rates": { "input": 1 } } ] } ] }""", "prices[0].to", "not a date")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "prices": [ { "from": "2026-01-01", "rates": { "input": 1 } }, { "from": "2026-02-01", "rates": { "input": 2 } } ] } ] }""", "a/m", "hold at the same time")]
    [InlineData("""{ "models": [ { "provider": "a", "model": "m", "aliases": ["x", "X"], "rates": { "input": 1 } } ] }""", "a/m", "already a name of a/m")]
    [InlineData("""{ "models": [ { "provider": "gemini", "model": "m", "rates": { "input": 1 } }, { "provider": "google", "model": "m", "rates": { "input": 1 } } ] }""", "google/m", "already a name of google/m")]
    [InlineData("""{ "aliases": { "a/x": "a/y" }, "deployments": { "a/y": "x" } }""", "deployments.a/y", "circle")]
    [InlineData("""{ "aliases": { "a/x": "m" }, "deployments": { "A/X": "m" } }""", "deployments.A/X", "both an alias and a deployment")]
    [InlineData("""{ "aliases": { "openai/x": "m", "OPENAI/x": "m" } }""", "aliases.OPENAI/x", "given twice")]
    [InlineData("""{ "aliases": { "a/x": " " } }""", "aliases.a/x", "target is empty")]
    [InlineData("""{ "patterns": { "azure/prod-(": "gpt-4o" } }""", "patterns.azure/prod-(", "not a regular expression")]
    [InlineData("""{ "patterns": { "azure/(a)\\1": "gpt-4o" } }""", "patterns.azure/(a)\\1", "of bounded time")]
    [InlineData("""{ "patterns": { "azure/(?=a).*": "gpt-4o" } }""", "patterns.azure/(?=a).*", "of bounded time")]
    [InlineData("""{ "patterns": { "prod": "gpt-4o" } }""", "patterns.prod", "provider/pattern")]
    [InlineData("""{ "patterns": { "azure/a": 5 } }""", "patterns.azure/a", "expected a string")]
    [InlineData("""{ "models": [ { "provider": "\ud800", "model": "m", "rates": { "input": 1 } } ] }""", "provider", "not valid text")]
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
    public void The_line_is_that_of_the_figure_and_nothing_of_the_file_is_in_use()
    {
        using var folder = new TempFolder();
        var file = folder.Write("prices.json", Catalogs.Invented);
        var catalog = new PriceCatalog(new PriceCatalogOptions { OverrideFile = file });
        var broken = Catalogs.Invented.Replace("\"input\": 2, ", "\"input\": 200, ").Replace("\"perCharIn\": 0.000015", "\"perCharIn\": -1");
        folder.Write("prices.json", broken);

        var refused = Assert.Single(catalog.Refresh()).Error!;

        Assert.Equal(broken[..broken.IndexOf("-1 }", StringComparison.Ordinal)].Count(c => c == '\n') + 1, refused.Line);
        Assert.Equal("acme/talker: units.perCharIn", refused.Key);
        Assert.Equal(0.000012m, catalog.Price("acme", "plain", new() { Input = 1, Output = 1 }, Catalogs.Noon).Usd);
    }

    /// <summary>Whatever is in a file, it is loaded or refused: nothing else is thrown, which would end the watching of files.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_damaged_file_is_loaded_or_refused_and_nothing_else(bool isLiteLlm)
    {
        var whole = Encoding.UTF8.GetBytes(isLiteLlm ? LiteLlmTests.Rows : Catalogs.Invented);
        var random = new Random(20260822);
        using var folder = new TempFolder();
        var (loaded, refused) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = whole.ToList();
            for (var n = random.Next(1, 4); n > 0; n--)
                Damage(bytes, random);
            var file = folder.Path("prices.json");
            System.IO.File.WriteAllBytes(file, [.. bytes]);
            try
            {
                _ = isLiteLlm ? LiteLlmPrices.Read(file, "litellm", null, bytes.ToArray(), NoBook).Layer : OverrideLayers.OfFile(file, bytes.ToArray()).Item1;
                loaded++;
            }
            catch (PriceFileException e)
            {
                Assert.NotNull(e.Message);
                refused++;
            }
        }

        Assert.True(loaded > 0 && refused > 0);
    }

    static readonly PriceBook NoBook = new([]);

    static void Damage(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                break;
            case 2:
                bytes.Insert(at, "{}[],:\"\\-019e.\n"u8[random.Next(15)]);
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                break;
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused()
    {
        using var folder = new TempFolder();

        Assert.Throws<PriceFileException>(() => new PriceCatalog(new PriceCatalogOptions { OverrideFile = folder.Path("none.json") }));
        Assert.Throws<PriceFileException>(() => new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = folder.Path("") }));
    }

    [Fact]
    public void A_tolerance_or_time_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PriceCatalog(new() { DriftTolerance = -0.1m }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PriceCatalog(new() { DriftTolerance = 1.1m }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PriceCatalog(new() { StaleAfter = TimeSpan.FromDays(-1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PriceCatalog(new() { WatchInterval = TimeSpan.Zero }));
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
        Refused("acme/m: cacheRead", o => o.Overrides.Add(new() { Provider = "acme", Model = "m", Input = 1, CacheRead = 10_000.0001m }));
        Refused("acme/", o => o.Overrides.Add(new() { Provider = "acme", Model = "", Input = 1 }));
        Refused("acme/m", o => o.Overrides.Add(new() { Provider = "acme", Model = "m", Input = 1, From = Catalogs.Noon, To = Catalogs.Noon }));
        Refused("acme/m", o => o.Overrides.Add(new() { Provider = "acme", Model = "m", Aliases = [" "], Input = 1 }));
        Refused("acme/n", o =>
        {
            o.Overrides.Add(new() { Provider = "acme", Model = "m", Aliases = ["other"], Input = 1 });
            o.Overrides.Add(new() { Provider = "acme", Model = "n", Aliases = ["OTHER"], Input = 2 });
        });
        Refused("no-provider", o => o.Aliases["no-provider"] = "acme/m");
        Refused("acme/x", o => o.Deployments["acme/x"] = "");
        Refused("acme/x", o =>
        {
            o.Aliases["acme/x"] = "m";
            o.Deployments["acme/x"] = "m";
        });
        Refused("acme/b", o =>
        {
            o.Aliases["acme/a"] = "b";
            o.Deployments["acme/b"] = "acme/a";
        });
        Refused("acme/(", o => o.Patterns.Add(new("acme/(", "m")));
        Refused("acme/p200", o =>
        {
            for (var i = 0; i <= 200; i++)
                o.Patterns.Add(new($"acme/p{i}", "m"));
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
