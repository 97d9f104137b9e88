namespace AiTelemetry.Tests.Pricing;

/// <summary>Catalogues of invented prices, for tests of rules rather than of figures.</summary>
internal static class Catalogs
{
    public static readonly DateTimeOffset Noon = new(2026, 8, 19, 12, 0, 0, TimeSpan.Zero);

    public const string Invented = """
        {
          "asOf": "2026-08-01",
          "models": [
            { "provider": "acme", "model": "plain", "aliases": ["plain-one"], "prices": [ {
                "rates": { "input": 2, "output": 10, "cacheRead": 0.2, "cacheWrite5m": 2.5, "cacheWrite1h": 4, "inputAudio": 30, "cacheReadAudio": 3, "outputAudio": 60 },
                "tiers": [ { "above": 1000, "rates": { "input": 4, "output": 15, "cacheRead": 0.4 } } ],
                "variants": { "batch": { "rates": { "input": 1, "output": 5 } },
                              "flex": { "rates": { "input": 1, "output": 5, "cacheRead": 0.1 }, "tiers": [ { "above": 1000, "rates": { "input": 2, "output": 7.5 } } ] } },
                "units": { "webSearchPer1k": 10 }, "geoMultipliers": { "us": 1.1 } } ] },
            { "provider": "acme", "model": "edge", "prices": [ { "rates": { "input": 1, "output": 2 }, "tiers": [ { "above": 1000, "inclusive": true, "rates": { "input": 3 } } ] } ] },
            { "provider": "acme", "model": "dated", "prices": [ { "to": "2026-07-30", "rates": { "input": 8, "output": 8 } },
                                                               { "from": "2026-07-30", "to": "2027-01-01", "rates": { "input": 4, "output": 4 } } ] },
            { "provider": "acme", "model": "peaky", "prices": [ { "rates": { "input": 1, "output": 1 },
                "timeOfDay": [ { "name": "peak", "days": ["mon", "tue", "wed", "thu", "fri"], "daysUtcOffsetMinutes": 480, "utc": ["22:00-02:00"], "rates": { "input": 2, "output": 2 } } ] } ] },
            { "provider": "acme", "model": "banded", "prices": [ { "rates": { "input": 1, "output": 1 }, "bands": [
                { "over": 0, "upTo": 100, "rates": { "input": 1, "output": 1 } }, { "over": 100, "upTo": 200, "rates": { "input": 2, "output": 3 } } ] } ] },
            { "provider": "acme", "model": "searcher", "rates": { "input": 1, "output": 1 }, "units": { "perRequest": 0.012, "webSearchPer1k": { "low": 5, "medium": 8, "high": 12 } } },
            { "provider": "acme", "model": "bare", "rates": { "input": 3, "output": 9 } },
            { "provider": "acme", "model": "talker", "units": { "perCharIn": 0.000015 } },
            { "provider": "acme", "model": "free", "rates": { "input": 0, "output": 0 } }
          ]
        }
        """;

    public static PriceCatalog Of(string json, Action<PriceCatalogOptions>? configure = null)
    {
        using var folder = new TempFolder();
        var options = new PriceCatalogOptions { OverrideFile = folder.Write("prices.json", json) };
        configure?.Invoke(options);
        return new PriceCatalog(options);
    }
}
