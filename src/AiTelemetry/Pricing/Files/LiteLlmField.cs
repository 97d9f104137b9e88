using System.Globalization;

namespace AiTelemetry.Pricing;

/// <summary>
/// A price field of LiteLLM's file, taken apart: <c>cache_read_input_token_cost_above_200k_tokens_priority</c> is the cache read rate of
/// the tier priority for prompts above 200,000 tokens. Taken apart once per name, by whole parts; nothing is guessed from a part of a
/// name.
/// </summary>
internal readonly record struct LiteLlmField(TokenRate Rate, ServiceTier Tier, long? Above)
{
    static readonly Dictionary<string, TokenRate> Rates = new(StringComparer.Ordinal)
    {
        ["input_cost_per_token"] = TokenRate.Input,
        ["output_cost_per_token"] = TokenRate.Output,
        ["cache_read_input_token_cost"] = TokenRate.CacheRead,
        ["cache_creation_input_token_cost"] = TokenRate.CacheWrite5m,
        ["cache_creation_input_token_cost_above_1hr"] = TokenRate.CacheWrite1h,
        ["output_cost_per_reasoning_token"] = TokenRate.Reasoning,
        ["input_cost_per_audio_token"] = TokenRate.InputAudio,
        ["output_cost_per_audio_token"] = TokenRate.OutputAudio,
        ["input_cost_per_image_token"] = TokenRate.InputImage,
        ["output_cost_per_image_token"] = TokenRate.OutputImage,
        ["cache_read_input_audio_token_cost"] = TokenRate.CacheReadAudio,
    };

    static readonly Dictionary<string, UnitRate> Units = new(StringComparer.Ordinal)
    {
        ["input_cost_per_query"] = UnitRate.PerQuery,
        ["input_cost_per_request"] = UnitRate.PerRequest,
        ["input_cost_per_image"] = UnitRate.PerImageIn,
        ["output_cost_per_image"] = UnitRate.PerImageOut,
        ["input_cost_per_second"] = UnitRate.PerSecondIn,
        ["output_cost_per_second"] = UnitRate.PerSecondOut,
        ["output_cost_per_video_per_second"] = UnitRate.PerSecondOut,
        ["input_cost_per_audio_per_second"] = UnitRate.PerAudioSecondIn,
        ["input_cost_per_video_per_second"] = UnitRate.PerVideoSecondIn,
        ["input_cost_per_character"] = UnitRate.PerCharIn,
        ["ocr_cost_per_page"] = UnitRate.PerPage,
        ["annotation_cost_per_page"] = UnitRate.PerAnnotatedPage,
        ["file_search_cost_per_1k_calls"] = UnitRate.FileSearchPer1k,
    };

    public static bool TryUnit(string name, out UnitRate unit) => Units.TryGetValue(name, out unit);

    public static bool TryParse(string name, out LiteLlmField field)
    {
        var rest = name;
        var tier = Ends(ref rest, "_batches") ? ServiceTier.Batch
            : Ends(ref rest, "_flex") ? ServiceTier.Flex
            : Ends(ref rest, "_priority") ? ServiceTier.Priority
            : ServiceTier.Standard;
        long? above = null;
        const string marker = "_above_";
        var at = rest.LastIndexOf(marker, StringComparison.Ordinal);
        if (at > 0 && Ends(ref rest, "k_tokens")
            && int.TryParse(rest.AsSpan(at + marker.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var thousands))
        {
            above = thousands * 1000L;
            rest = rest[..at];
        }

        var found = Rates.TryGetValue(rest, out var rate);
        field = new LiteLlmField(rate, tier, above);
        return found;
    }

    static bool Ends(ref string text, string end)
    {
        if (!text.EndsWith(end, StringComparison.Ordinal))
            return false;
        text = text[..^end.Length];
        return true;
    }
}
