using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>One cost vector: <c>{provider, model, at, usage, options, expected_usd}</c>.</summary>
internal static class PricesVectorCase
{
    public static List<Mismatch> Check(JsonElement record)
    {
        var mismatches = new List<Mismatch>();
        var usage = record.GetProperty("usage");
        var units = new UsageUnits();
        var tokens = new TokenUsage();
        foreach (var count in usage.EnumerateObject())
        {
            if (count.Value.ValueKind != JsonValueKind.Null && !Read(count.Name, count.Value, ref tokens, ref units))
                mismatches.Add(new($"usage.{count.Name}", "a known key", "an unknown one"));
        }

        // A vector that tells the five-minute writes tells all of them.
        if (tokens is { CacheWrite: not null, CacheWrite1h: null })
            tokens = tokens with { CacheWrite1h = 0 };
        var terms = new PriceTerms { Units = units };
        if (record.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object)
        {
            foreach (var option in options.EnumerateObject())
            {
                switch (option.Name)
                {
                    case "variant": terms = terms with { ServedTier = option.Value.GetString() }; break;
                    case "geo": terms = terms with { Geo = option.Value.GetString() }; break;
                    case "search_context": terms = terms with { SearchContext = option.Value.GetString() }; break;
                    default: mismatches.Add(new($"options.{option.Name}", "a known key", "an unknown one")); break;
                }
            }
        }

        var (provider, model) = (record.GetProperty("provider").GetString(), record.GetProperty("model").GetString());
        var at = DateTimeOffset.Parse(record.GetProperty("at").GetString()!, CultureInfo.InvariantCulture);
        var cost = PriceCatalog.Default.Price(provider, model, tokens, at, terms);

        var text = record.GetProperty("expected_usd").GetString();
        var expected = text is null ? (decimal?)null : decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (cost.Usd != expected)
            mismatches.Add(new("expected_usd", text, $"{cost.Usd?.ToString(CultureInfo.InvariantCulture) ?? "unknown"} ({cost.Status}, {cost.Flags}, {cost.Key ?? "no entry"})"));

        var lines = PriceCatalog.Default.Explain(provider, model, tokens, at, terms);
        var sum = lines.Sum(l => l.Usd ?? 0m);
        if (cost.Usd is { } usd && sum != usd)
            mismatches.Add(new("lines", usd.ToString(CultureInfo.InvariantCulture), sum.ToString(CultureInfo.InvariantCulture)));
        return mismatches;
    }

    static bool Read(string name, JsonElement value, ref TokenUsage tokens, ref UsageUnits units)
    {
        switch (name)
        {
            case "input": tokens = tokens with { Input = value.GetInt64() }; break;
            case "output": tokens = tokens with { Output = value.GetInt64() }; break;
            case "cached_read": tokens = tokens with { CacheRead = value.GetInt64() }; break;
            case "cache_write_5m": tokens = tokens with { CacheWrite = value.GetInt64() }; break;
            case "cache_write_1h": tokens = tokens with { CacheWrite1h = value.GetInt64() }; break;
            case "reasoning": tokens = tokens with { Reasoning = value.GetInt64() }; break;
            case "audio_in": tokens = tokens with { AudioInput = value.GetInt64() }; break;
            case "audio_out": tokens = tokens with { AudioOutput = value.GetInt64() }; break;
            case "image_in": tokens = tokens with { ImageInput = value.GetInt64() }; break;
            case "image_out": tokens = tokens with { ImageOutput = value.GetInt64() }; break;
            case "web_search_calls": units = units with { WebSearches = value.GetInt64() }; break;
            case "queries": units = units with { Queries = value.GetInt64() }; break;
            case "images": units = units with { Images = value.GetInt64() }; break;
            case "pages": units = units with { Pages = value.GetInt64() }; break;
            case "characters": units = units with { Characters = value.GetInt64() }; break;
            case "audio_seconds": units = units with { AudioSeconds = value.GetDecimal() }; break;
            case "video_seconds": units = units with { VideoSeconds = value.GetDecimal() }; break;
            default: return false;
        }

        return true;
    }
}
