using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>
/// One usage body as a provider sent it, with the token counts and prices another project (genai-prices) reads out of it. Every count is
/// compared. A price is compared where it is undisputed: the catalogue has the model and its sources agree; the others are noted.
/// </summary>
internal static class PricesUsageCase
{
    /// <summary>
    /// The bodies carry no time. This is the last whole day on which all of that project's prices hold: it has no later change.
    /// </summary>
    static readonly DateTimeOffset At = new(2026, 8, 15, 12, 0, 0, TimeSpan.Zero);

    public static List<Mismatch> Check(JsonElement record, SortedDictionary<string, int> notes)
    {
        var mismatches = new List<Mismatch>();
        var (provider, model) = (record.GetProperty("provider").GetString(), record.GetProperty("model").GetString());
        var (tokens, terms) = RawUsage.Read(record.GetProperty("raw"), record.GetProperty("api_flavor").GetString());
        var expected = record.GetProperty("usage");
        Count("input_tokens", tokens.Input);
        Count("output_tokens", tokens.Output);
        Count("cache_read_tokens", tokens.CacheRead);
        Count("cache_write_tokens", (tokens.CacheWrite ?? 0) + (tokens.CacheWrite1h ?? 0));
        Count("output_reasoning_tokens", tokens.Reasoning);
        Count("input_audio_tokens", tokens.AudioInput);
        Count("input_image_tokens", tokens.ImageInput);
        Count("output_image_tokens", tokens.ImageOutput);
        Count("cache_audio_read_tokens", tokens.CacheReadAudio);
        Count("cache_image_read_tokens", tokens.CacheReadImage);
        Count("web_searches", terms.Units.WebSearches);

        var cost = PriceCatalog.Default.Price(provider, model, tokens, At, terms);
        if (Undecided(cost) is { } why)
        {
            notes[$"price not compared, {provider}/{model} {why}"] = notes.GetValueOrDefault($"price not compared, {provider}/{model} {why}") + 1;
            return mismatches;
        }

        var lines = PriceCatalog.Default.Explain(provider, model, tokens, At, terms);
        string[] outputs = ["output", "reasoning", "outputAudio", "outputImage"];
        Price("input_price", lines.Where(l => l.Per == 1_000_000 && !outputs.Contains(l.What)).Sum(l => l.Usd ?? 0m));
        Price("output_price", lines.Where(l => l.Per == 1_000_000 && outputs.Contains(l.What)).Sum(l => l.Usd ?? 0m));
        Price("total_price", cost.Usd ?? -1m);
        return mismatches;

        void Count(string name, long? got)
        {
            var wanted = expected.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
            if (wanted != (got ?? 0))
                mismatches.Add(new(name, wanted.ToString(CultureInfo.InvariantCulture), got?.ToString(CultureInfo.InvariantCulture)));
        }

        void Price(string name, decimal got)
        {
            if (record.GetProperty(name).GetString() is not { } text)
                return;
            if (decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) != got)
                mismatches.Add(new($"{provider}/{model} {name}", text, $"{got.ToString(CultureInfo.InvariantCulture)} ({cost.Status}, {cost.Flags}, {cost.Key})"));
        }
    }

    static string? Undecided(in CostResult cost) =>
        cost.Status == CostStatus.Unknown ? "has no price in the catalogue"
        : (cost.Flags & CostNotes.Disputed) != CostNotes.None ? "has a disputed price" : null;
}
