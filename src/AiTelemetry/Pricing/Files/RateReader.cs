using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Reads rates and checks that they can be prices.</summary>
internal static class RateReader
{
    /// <summary>The dearest rate that is believed, in USD per million tokens.</summary>
    public const decimal MaxRate = 10_000m;

    /// <summary>The dearest unit that is believed, in USD for one.</summary>
    public const decimal MaxUnit = 1_000m;

    public static TokenRates Tokens(ref JsonCursor cursor, bool needsInput)
    {
        cursor.Expect(JsonTokenType.StartObject);
        var rates = new TokenRates();
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            if (!TokenRates.TryParse(name, out var rate))
                throw cursor.Refuse("unknown key");
            rates[rate] = Price(ref cursor, MaxRate, "million tokens");
        }

        if (needsInput && !rates.IsEmpty && rates[TokenRate.Input] is null)
            throw cursor.Refuse("the input rate is missing");
        return rates;
    }

    public static UnitRates Units(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        var units = new UnitRates();
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            if (!UnitRates.TryParse(name, out var unit))
                throw cursor.Refuse("unknown key");
            if (unit == UnitRate.WebSearchPer1k && cursor.Token == JsonTokenType.StartObject)
                ByContext(ref cursor, units);
            else
                units[unit] = Price(ref cursor, MaxUnit * UnitRates.Per(unit), UnitRates.Per(unit) == 1 ? "one" : "1,000");
        }

        return units;
    }

    static void ByContext(ref JsonCursor cursor, UnitRates units)
    {
        decimal? low = null, medium = null, high = null;
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            var price = Price(ref cursor, MaxUnit * 1000, "1,000");
            switch (name)
            {
                case "low": low = price; break;
                case "medium": medium = price; break;
                case "high": high = price; break;
                default: throw cursor.Refuse("unknown key");
            }
        }

        if (low is null || medium is null || high is null)
            throw cursor.Refuse("a price by context size has low, medium and high");
        units.SearchByContext = (low.Value, medium.Value, high.Value);
        units[UnitRate.WebSearchPer1k] = medium;
    }

    static decimal Price(ref JsonCursor cursor, decimal max, string unit)
    {
        var price = cursor.Number();
        if (price < 0)
            throw cursor.Refuse($"{price} is negative");
        if (price > max)
            throw cursor.Refuse($"{price} is above {max:N0} USD for {unit}: it is probably given in another unit");
        return price;
    }
}
