using System.Globalization;
using System.Text;

namespace AiTelemetry.Pricing;

/// <summary>A short hash of every figure of a price: changes when a figure changes, and only then.</summary>
internal static class PriceFingerprint
{
    public static uint Of(DatedPrice price)
    {
        var text = new StringBuilder();
        Rates(text, price.Rates);
        foreach (var tier in price.Tiers)
            Tier(text, tier);
        foreach (var band in price.Bands)
            Rates(text.Append(CultureInfo.InvariantCulture, $"b{band.Over}-{band.UpTo}"), band.Rates);
        for (var i = 0; i < price.ServiceTierPrices.Length; i++)
        {
            if (price.ServiceTierPrices[i] is not { } served)
                continue;
            Rates(text.Append(CultureInfo.InvariantCulture, $"v{i}"), served.Rates);
            foreach (var tier in served.Tiers)
                Tier(text, tier);
        }

        foreach (var unit in Enum.GetValues<UnitRate>())
            Number(text, 'u', (int)unit, price.Units[unit]);
        if (price.Units.SearchByContext is { } search)
            text.Append(CultureInfo.InvariantCulture, $"s{search.Low / 1.0000000000000000000000000000m}/{search.High / 1.0000000000000000000000000000m}");
        foreach (var (geo, factor) in price.Geo)
            text.Append(CultureInfo.InvariantCulture, $"g{geo}{factor / 1.0000000000000000000000000000m}");
        foreach (var time in price.TimesOfDay)
        {
            text.Append(CultureInfo.InvariantCulture, $"t{time.Days},{time.DaysOffset},{string.Join(',', time.Windows)}");
            Rates(text, time.Rates);
        }

        return Fnv1a(text);
    }

    static void Tier(StringBuilder text, ContextTier tier) =>
        Rates(text.Append(CultureInfo.InvariantCulture, $"c{tier.Above}{(tier.Inclusive ? "=" : "")}"), tier.Rates);

    static void Rates(StringBuilder text, TokenRates rates)
    {
        for (var i = 0; i < TokenRates.Count; i++)
            Number(text, 'r', i, rates[(TokenRate)i]);
    }

    // Dividing by one with 28 decimals drops trailing zeros: 2.50 and 2.5 are the same figure.
    static void Number(StringBuilder text, char kind, int index, decimal? value)
    {
        if (value is { } number)
            text.Append(CultureInfo.InvariantCulture, $"{kind}{index}:{number / 1.0000000000000000000000000000m};");
    }

    static uint Fnv1a(StringBuilder text)
    {
        var hash = 2166136261u;
        foreach (var chunk in text.GetChunks())
        {
            foreach (var c in chunk.Span)
                hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash;
    }
}
