using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>
/// Reads LiteLLM's <c>model_prices_and_context_window.json</c> as it is: unknown fields and rows that are no models are passed over.
/// </summary>
/// <remarks>Numbers are read as decimal text (<c>1.25e-06</c>), also where the file gives them as strings.</remarks>
internal static class LiteLlmReader
{
    const decimal Million = 1_000_000m;

    /// <exception cref="PriceFileException">The file is not JSON, or not an object of objects.</exception>
    public static List<LiteLlmRow> Read(string file, ReadOnlySpan<byte> bytes, List<PriceIssue> issues)
    {
        var cursor = new JsonCursor(file, bytes);
        var fields = new Dictionary<string, LiteLlmField?>(StringComparer.Ordinal);
        var rows = new List<LiteLlmRow>(4096);
        cursor.Read();
        cursor.Expect(JsonTokenType.StartObject);
        while (cursor.Name())
        {
            var key = cursor.Value();
            cursor.Key = key;
            cursor.Read();
            if (cursor.Token != JsonTokenType.StartObject)
            {
                cursor.Skip();
                continue;
            }

            var row = Row(ref cursor, new LiteLlmRow(issues) { Key = key }, fields);
            // The file opens with a specimen whose provider is a sentence; a row without one is not a model either.
            if (row.Provider is not null && !row.Provider.Contains(' ', StringComparison.Ordinal))
                rows.Add(row);
        }

        cursor.Key = "";
        cursor.End();
        return rows;
    }

    static LiteLlmRow Row(ref JsonCursor cursor, LiteLlmRow row, Dictionary<string, LiteLlmField?> fields)
    {
        while (cursor.Name())
        {
            if (cursor.Contains("cost"u8))
                Cost(ref cursor, row, fields);
            else if (cursor.Is("litellm_provider"u8))
                row.Provider = ReadText(ref cursor);
            else if (cursor.Is("mode"u8))
                row.Mode = ReadText(ref cursor) ?? "chat";
            else if (cursor.Is("tiered_pricing"u8))
                Bands(ref cursor, row);
            else if (cursor.Contains("regional_processing_uplift_multiplier_"u8))
                Uplift(ref cursor, row);
            else if (cursor.Is("provider_specific_entry"u8))
                Multipliers(ref cursor, row);
            else
                Pass(ref cursor);
        }

        return row;
    }

    static void Cost(ref JsonCursor cursor, LiteLlmRow row, Dictionary<string, LiteLlmField?> fields)
    {
        var name = cursor.Value();
        cursor.Read();
        if (name == "search_context_cost_per_query" && cursor.Token == JsonTokenType.StartObject)
        {
            Search(ref cursor, row);
            return;
        }

        var value = cursor.LenientNumber();
        cursor.Skip();
        if (value is not { } number || number < 0)
        {
            if (value < 0)
                row.Issues.Add(new PriceIssue(row.Key, name, value, null, "A price is not negative."));
            return;
        }

        if (LiteLlmField.TryUnit(name, out var unit))
        {
            // output_cost_per_second and output_cost_per_video_per_second mean the same; the first one counts.
            if (number <= RateReader.MaxUnit * UnitRates.Per(unit))
                row.OwnUnits[unit] ??= number;
            return;
        }

        if (name == "input_cost_per_token_cache_hit" && number <= RateReader.MaxRate / Million)
        {
            row.Rates(ServiceTier.Standard)[TokenRate.CacheRead] ??= number * Million;
            return;
        }

        if (!fields.TryGetValue(name, out var field))
            fields[name] = field = LiteLlmField.TryParse(name, out var parsed) ? parsed : null;
        if (field is not { } place)
            return;
        if (number > RateReader.MaxRate / Million)
        {
            row.Absurd ??= (name, number < Million ? number * Million : null);
            return;
        }

        var rates = place.Above is { } above ? row.Above(place.Tier, above) : row.Rates(place.Tier);
        rates[place.Rate] = number * Million;
    }

    static void Search(ref JsonCursor cursor, LiteLlmRow row)
    {
        decimal? low = null, medium = null, high = null;
        while (cursor.Name())
        {
            var size = cursor.Value();
            cursor.Read();
            var price = cursor.LenientNumber() is >= 0 and <= RateReader.MaxUnit and { } one ? one * 1000m : (decimal?)null;
            cursor.Skip();
            switch (size)
            {
                case "search_context_size_low": low = price; break;
                case "search_context_size_medium": medium = price; break;
                case "search_context_size_high": high = price; break;
            }
        }

        if ((medium ?? low ?? high) is not { } middle)
            return;
        row.OwnUnits[UnitRate.WebSearchPer1k] = middle;
        if (low is { } first && high is { } last && (first != middle || last != middle))
            row.OwnUnits.SearchByContext = (first, middle, last);
    }

    static void Bands(ref JsonCursor cursor, LiteLlmRow row)
    {
        cursor.Read();
        if (cursor.Token != JsonTokenType.StartArray)
        {
            cursor.Skip();
            return;
        }

        while (cursor.Element())
        {
            if (cursor.Token != JsonTokenType.StartObject)
            {
                cursor.Skip();
                continue;
            }

            var rates = new TokenRates();
            decimal over = 0, upTo = 0;
            while (cursor.Name())
            {
                var name = cursor.Value();
                cursor.Read();
                if (name == "range" && cursor.Token == JsonTokenType.StartArray)
                {
                    for (var i = 0; cursor.Element(); i++)
                    {
                        _ = i == 0 ? over = cursor.LenientNumber() ?? 0 : upTo = cursor.LenientNumber() ?? 0;
                        cursor.Skip();
                    }

                    continue;
                }

                if (LiteLlmField.TryParse(name, out var field) && cursor.LenientNumber() is >= 0 and <= RateReader.MaxRate / Million and { } price)
                    rates[field.Rate] = price * Million;
                cursor.Skip();
            }

            if (!rates.IsEmpty && over >= 0 && upTo > over && upTo <= UsageBuckets.MaxTokens)
                row.Add(new ContextBand((long)over, (long)upTo, rates));
        }
    }

    static void Uplift(ref JsonCursor cursor, LiteLlmRow row)
    {
        var geo = cursor.Value()["regional_processing_uplift_multiplier_".Length..];
        cursor.Read();
        if (cursor.LenientNumber() is > 0 and <= 10 and { } factor)
            row.Add(geo, factor);
        cursor.Skip();
    }

    // Multipliers of a call by region or speed: { "us": 1.1, "fast": 2.0 }.
    static void Multipliers(ref JsonCursor cursor, LiteLlmRow row)
    {
        cursor.Read();
        if (cursor.Token != JsonTokenType.StartObject)
        {
            cursor.Skip();
            return;
        }

        while (cursor.Name())
        {
            var name = cursor.Value();
            cursor.Read();
            if (cursor.LenientNumber() is > 0 and <= 10 and { } factor)
            {
                if (name == "fast")
                    row.FastFactor = factor;
                else
                    row.Add(name.ToLower(CultureInfo.InvariantCulture), factor);
            }

            cursor.Skip();
        }
    }

    static string? ReadText(ref JsonCursor cursor)
    {
        cursor.Read();
        if (cursor.Token == JsonTokenType.String)
            return cursor.Value();
        cursor.Skip();
        return null;
    }

    static void Pass(ref JsonCursor cursor)
    {
        cursor.Read();
        cursor.Skip();
    }
}
