using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Reads one model of a price file.</summary>
internal static class ModelReader
{
    public static ModelPrice Read(ref JsonCursor cursor, string source, DateOnly? fileAsOf)
    {
        cursor.Expect(JsonTokenType.StartObject);
        string? provider = null, model = null, confidence = null, note = null, sources = null;
        var mode = "chat";
        var asOf = fileAsOf;
        string[] aliases = [];
        List<DatedPrice>? prices = null;
        TokenRates? rates = null;
        UnitRates? units = null;
        (TokenRate, decimal)[] rejected = [];
        List<string>? seen = null;
        var where = cursor.Key;
        while (cursor.Property(ref seen, out var name))
        {
            switch (name)
            {
                case "provider": provider = ProviderNames.Canonical(Filled(ref cursor)); break;
                case "model": model = Filled(ref cursor); break;
                case "aliases": aliases = Texts(ref cursor); break;
                case "mode": mode = cursor.Text(); break;
                case "confidence": confidence = cursor.Text(); break;
                case "asOf": asOf = cursor.Date(); break;
                case "sources": sources = Sources(ref cursor); break;
                case "note": note = cursor.Text(); break;
                case "prices": prices = Prices(ref cursor, Label(provider, model, where)); break;
                case "rates": rates = RateReader.Tokens(ref cursor, needsInput: true); break;
                case "units": units = RateReader.Units(ref cursor); break;
                case "rejected": rejected = Rejected(ref cursor); break;
                default: throw cursor.Refuse("unknown key");
            }

            if (name is "provider" or "model")
                seen![0] = Label(provider, model, where);
        }

        if (provider is null || model is null)
            throw cursor.Refuse("a model has a provider and a model");
        if (prices is not null && (rates is not null || units is not null))
            throw cursor.Refuse("give prices, or rates and units, not both");
        prices ??= [new DatedPrice { Source = "", Rates = rates ?? new(), Units = units ?? new() }];
        Check(ref cursor, prices);

        var doubts = confidence == "disputed" ? CostNotes.Disputed : CostNotes.None;
        return new ModelPrice
        {
            Provider = provider,
            Model = model,
            Aliases = aliases,
            Mode = mode,
            Confidence = confidence,
            Sources = sources ?? "",
            Note = note,
            Prices = [.. prices.Select(p => Signed(p, source, asOf, doubts))],
            Rejected = rejected,
        };
    }

    static string Label(string? provider, string? model, string where) => provider is null || model is null ? where : $"{provider}/{model}";

    static void Check(ref JsonCursor cursor, List<DatedPrice> prices)
    {
        if (prices.Count == 0)
            throw cursor.Refuse("no price is given");
        var sorted = prices.OrderBy(p => p.From ?? DateTimeOffset.MinValue).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            if (sorted[i].IsEmpty)
                throw cursor.Refuse("a price has neither rates nor units");
            if (sorted[i] is { From: { } from, To: { } to } && from >= to)
                throw cursor.Refuse("a price ends before it starts");
            if (i > 0 && (sorted[i - 1].To is not { } end || end > (sorted[i].From ?? DateTimeOffset.MinValue)))
                throw cursor.Refuse("two prices hold at the same time");
        }
    }

    static DatedPrice Signed(DatedPrice price, string source, DateOnly? asOf, CostNotes doubts) => new()
    {
        From = price.From,
        To = price.To,
        Rates = price.Rates,
        Tiers = price.Tiers,
        Bands = price.Bands,
        ServiceTierPrices = price.ServiceTierPrices,
        Units = price.Units,
        Geo = price.Geo,
        TimesOfDay = price.TimesOfDay,
        Source = source,
        AsOf = asOf,
        Doubts = price.Doubts | doubts,
    };

    static List<DatedPrice> Prices(ref JsonCursor cursor, string label)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var prices = new List<DatedPrice>();
        while (cursor.Element())
        {
            cursor.Key = $"{label}: prices[{prices.Count}]";
            prices.Add(DatedPriceReader.Read(ref cursor));
        }

        return prices;
    }

    static string Filled(ref JsonCursor cursor)
    {
        var text = cursor.Text().Trim();
        return text.Length > 0 ? text : throw cursor.Refuse("is empty");
    }

    static string[] Texts(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var texts = new List<string>();
        while (cursor.Element())
            texts.Add(Filled(ref cursor));
        return [.. texts];
    }

    static string Sources(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        var texts = new List<string>();
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
            texts.Add($"{name} {cursor.Date().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        return string.Join(", ", texts);
    }

    static (TokenRate, decimal)[] Rejected(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        var figures = new List<(TokenRate, decimal)>();
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            if (!TokenRates.TryParse(name, out var rate))
                throw cursor.Refuse("unknown rate");
            cursor.Expect(JsonTokenType.StartArray);
            while (cursor.Element())
                figures.Add((rate, cursor.Number()));
        }

        return [.. figures];
    }
}
