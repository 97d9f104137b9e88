using System.Globalization;
using System.Text;
using AiTelemetry.Pricing;

namespace AiTelemetry;

/// <summary>Writes PRICES.md: every price of a catalogue with its date, confidence and sources.</summary>
internal static class PricesDocument
{
    static readonly TokenRate[] Columns =
        [TokenRate.Input, TokenRate.Output, TokenRate.CacheRead, TokenRate.CacheWrite5m, TokenRate.CacheWrite1h];

    static readonly TokenRate[] OtherRates =
    [
        TokenRate.Reasoning, TokenRate.InputAudio, TokenRate.OutputAudio, TokenRate.CacheReadAudio, TokenRate.InputImage, TokenRate.OutputImage,
    ];

    public static string Text(IEnumerable<ModelPrice> models)
    {
        var text = new StringBuilder();
        text.Append("# Prices of the built-in catalogue\n\n");
        text.Append("Generated from `AiTelemetry/Pricing/prices.json`; `UPDATE=1 dotnet test` rewrites it. USD per million tokens unless a unit is named. ");
        text.Append("An empty cell is no listed price, not a price of zero. Prices change: override what is wrong for you.\n\n");
        text.Append("Confidence: **agreed** two or more sources give the same price; **single-source**; **disputed** sources differ, costs are marked approximate; ");
        text.Append("**hand-dated** a history put together from several sources.\n");
        foreach (var provider in models.GroupBy(m => m.Provider, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {provider.Key}\n\n");
            text.Append("| model | valid | input | output | cache read | write 5m | write 1h | other | as of | confidence | sources |\n");
            text.Append("|---|---|---|---|---|---|---|---|---|---|---|\n");
            foreach (var model in provider.OrderBy(m => m.Model, StringComparer.Ordinal))
            {
                foreach (var price in model.Prices)
                    Row(text, model, price);
            }
        }

        return text.ToString();
    }

    static void Row(StringBuilder text, ModelPrice model, DatedPrice price)
    {
        text.Append(CultureInfo.InvariantCulture, $"| `{model.Model}`");
        if (model.Aliases.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"<br>{string.Join(", ", model.Aliases.Select(a => $"`{a}`"))}");
        text.Append(CultureInfo.InvariantCulture, $" | {Valid(price)}");
        foreach (var rate in Columns)
            text.Append(CultureInfo.InvariantCulture, $" | {Figure(price.Rates[rate])}");
        text.Append(CultureInfo.InvariantCulture, $" | {string.Join("; ", Others(price))} | {price.AsOf:yyyy-MM-dd} | {model.Confidence} | {model.Sources} |\n");
    }

    static string Valid(DatedPrice price) => (price.From, price.To) switch
    {
        (null, null) => "",
        ({ } from, null) => $"from {Moment(from)}",
        (null, { } to) => $"until {Moment(to)}",
        ({ } from, { } to) => $"{Moment(from)} to {Moment(to)}",
    };

    static IEnumerable<string> Others(DatedPrice price)
    {
        foreach (var rate in OtherRates)
        {
            if (price.Rates[rate] is { } figure)
                yield return $"{TokenRates.Name(rate)} {Figure(figure)}";
        }

        foreach (var tier in price.Tiers)
            yield return $"prompt {(tier.Inclusive ? "≥" : ">")} {tier.Above.ToString("N0", CultureInfo.InvariantCulture)}: {InOut(tier.Rates)}";
        foreach (var band in price.Bands)
            yield return $"prompt to {band.UpTo.ToString("N0", CultureInfo.InvariantCulture)}: {InOut(band.Rates)}";
        for (var i = 0; i < price.ServiceTierPrices.Length; i++)
        {
            if (price.ServiceTierPrices[i] is { } served)
                yield return $"{ServiceTiers.Name((ServiceTier)i)} {InOut(served.Rates)}";
        }

        foreach (var time in price.TimesOfDay)
            yield return $"{time.Name} {InOut(time.Rates)}";
        foreach (var unit in Enum.GetValues<UnitRate>())
        {
            if (unit == UnitRate.WebSearchPer1k && price.Units.SearchByContext is { } search)
                yield return $"{UnitRates.Name(unit)} {Figure(search.Low)}/{Figure(search.Medium)}/{Figure(search.High)}";
            else if (price.Units[unit] is { } figure)
                yield return $"{UnitRates.Name(unit)} {Figure(figure)}";
        }

        foreach (var (geo, factor) in price.Geo)
            yield return $"{geo} × {Figure(factor)}";
    }

    static string InOut(TokenRates rates) => $"{Figure(rates[TokenRate.Input])}/{Figure(rates[TokenRate.Output])}";

    static string Figure(decimal? figure) => figure?.ToString("0.############################", CultureInfo.InvariantCulture) ?? "";

    static string Moment(DateTimeOffset at) =>
        at.ToString(at.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
