using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Reads one dated price of a model.</summary>
internal static class DatedPriceReader
{
    public static DatedPrice Read(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        DateTimeOffset? from = null, to = null;
        TokenRates rates = new();
        ContextTier[] tiers = [];
        ContextBand[] bands = [];
        var served = new TierPrice?[ServiceTiers.Count];
        UnitRates units = new();
        (string, decimal)[] geo = [];
        TimeOfDayRates[] times = [];
        var doubts = CostNotes.None;
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            switch (name)
            {
                case "from": from = cursor.Time(); break;
                case "to": to = cursor.Time(); break;
                case "datesApproximate": doubts = cursor.Flag() ? CostNotes.DatesApproximate : CostNotes.None; break;
                case "rates": rates = RateReader.Tokens(ref cursor, needsInput: true); break;
                case "tiers": tiers = Tiers(ref cursor); break;
                case "bands": bands = Bands(ref cursor); break;
                case "variants": Variants(ref cursor, served); break;
                case "units": units = RateReader.Units(ref cursor); break;
                case "geoMultipliers": geo = Geo(ref cursor); break;
                case "timeOfDay": times = Times(ref cursor); break;
                default: throw cursor.Refuse("unknown key");
            }
        }

        return new DatedPrice
        {
            From = from,
            To = to,
            Rates = rates,
            Tiers = tiers,
            Bands = bands,
            ServiceTierPrices = served,
            Units = units,
            Geo = geo,
            TimesOfDay = times,
            Doubts = doubts,
            Source = "",
        };
    }

    static ContextTier[] Tiers(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var tiers = new List<ContextTier>();
        var where = cursor.Key;
        while (cursor.Element())
        {
            cursor.Key = $"{where}[{tiers.Count}]";
            cursor.Expect(JsonTokenType.StartObject);
            long? above = null;
            var inclusive = false;
            TokenRates? rates = null;
            List<string>? seen = null;
            while (cursor.Property(ref seen, out var name))
            {
                switch (name)
                {
                    case "above": above = cursor.Count(); break;
                    case "inclusive": inclusive = cursor.Flag(); break;
                    case "rates": rates = RateReader.Tokens(ref cursor, needsInput: false); break;
                    default: throw cursor.Refuse("unknown key");
                }
            }

            if (above is null || rates is null || rates.IsEmpty)
                throw cursor.Refuse("a tier has above and rates");
            if (tiers.Exists(t => t.Above == above))
                throw cursor.Refuse($"the threshold {above} is given twice");
            tiers.Add(new ContextTier(above.Value, inclusive, rates));
        }

        return [.. tiers.OrderBy(t => t.Above)];
    }

    static ContextBand[] Bands(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var bands = new List<ContextBand>();
        var where = cursor.Key;
        while (cursor.Element())
        {
            cursor.Key = $"{where}[{bands.Count}]";
            cursor.Expect(JsonTokenType.StartObject);
            long? over = null, upTo = null;
            TokenRates? rates = null;
            List<string>? seen = null;
            while (cursor.Property(ref seen, out var name))
            {
                switch (name)
                {
                    case "over": over = cursor.Count(); break;
                    case "upTo": upTo = cursor.Count(); break;
                    case "rates": rates = RateReader.Tokens(ref cursor, needsInput: true); break;
                    default: throw cursor.Refuse("unknown key");
                }
            }

            if (over is null || upTo is null || rates is null || rates.IsEmpty || over >= upTo)
                throw cursor.Refuse("a band has over, a larger upTo, and rates");
            if (bands.Count > 0 && bands[^1].UpTo > over)
                throw cursor.Refuse("the bands overlap or are not in order");
            bands.Add(new ContextBand(over.Value, upTo.Value, rates));
        }

        return [.. bands];
    }

    static void Variants(ref JsonCursor cursor, TierPrice?[] served)
    {
        cursor.Expect(JsonTokenType.StartObject);
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            if (!ServiceTiers.TryParse(name, out var tier))
                throw cursor.Refuse("unknown key: the variants are batch, flex, priority and fast");
            cursor.Expect(JsonTokenType.StartObject);
            TokenRates? rates = null;
            ContextTier[] tiers = [];
            List<string>? inner = null;
            while (cursor.Property(ref inner, out var part))
            {
                switch (part)
                {
                    case "rates": rates = RateReader.Tokens(ref cursor, needsInput: false); break;
                    case "tiers": tiers = Tiers(ref cursor); break;
                    default: throw cursor.Refuse("unknown key");
                }
            }

            if (rates is null || rates.IsEmpty)
                throw cursor.Refuse("a variant has rates");
            served[(int)tier] = new TierPrice(rates, tiers);
        }
    }

    static (string, decimal)[] Geo(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        var factors = new List<(string, decimal)>();
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            var factor = cursor.Number();
            if (factor is <= 0 or > 10)
                throw cursor.Refuse("a multiplier is above 0 and at most 10");
            factors.Add((name, factor));
        }

        return [.. factors];
    }

    static TimeOfDayRates[] Times(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var times = new List<TimeOfDayRates>();
        var where = cursor.Key;
        while (cursor.Element())
        {
            cursor.Key = $"{where}[{times.Count}]";
            times.Add(TimeOfDayReader.Read(ref cursor));
        }

        return [.. times];
    }
}
