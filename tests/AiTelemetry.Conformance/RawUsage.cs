using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>Reads a provider's usage object, whichever it is by its shape, into <see cref="TokenUsage"/>.</summary>
internal static class RawUsage
{
    public static (TokenUsage Tokens, PriceTerms Terms) Read(JsonElement raw, string? flavor)
    {
        if (raw.TryGetProperty("usageMetadata", out var gemini))
            return Gemini(gemini);
        var usage = raw.GetProperty("usage");
        var (tokens, terms) = usage.TryGetProperty("input_tokens", out _) ? Inputs(usage, flavor == "anthropic") : (Prompts(usage), default);
        // An embedding has input and nothing else, whatever its body carries.
        return flavor == "embeddings" ? (new TokenUsage { Input = tokens.Input, Output = 0 }, default) : (tokens, terms);
    }

    static (TokenUsage, PriceTerms) Gemini(JsonElement usage)
    {
        var cache = Details(usage, "cacheTokensDetails");
        var prompt = Details(usage, "promptTokensDetails");
        var made = Details(usage, "candidatesTokensDetails");
        var tokens = new TokenUsage
        {
            Input = Sum(Number(usage, "promptTokenCount"), Number(usage, "toolUsePromptTokenCount")),
            Output = Sum(Number(usage, "candidatesTokenCount"), Number(usage, "thoughtsTokenCount")),
            Reasoning = Number(usage, "thoughtsTokenCount"),
            CacheRead = Number(usage, "cachedContentTokenCount"),
            CacheReadAudio = cache.Audio,
            CacheReadImage = cache.Image,
            AudioInput = prompt.Audio,
            ImageInput = prompt.Image,
            AudioOutput = made.Audio,
            ImageOutput = made.Image,
        };
        return (tokens, new PriceTerms { ServedTier = Text(usage, "serviceTier") ?? Text(usage, "trafficType") });
    }

    // Anthropic counts the cache beside input_tokens, OpenAI's Responses API inside.
    static (TokenUsage, PriceTerms) Inputs(JsonElement usage, bool anthropic)
    {
        var input = Number(usage, "input_tokens");
        var tokens = new TokenUsage { Output = Number(usage, "output_tokens") };
        if (anthropic || usage.TryGetProperty("cache_read_input_tokens", out _) || usage.TryGetProperty("cache_creation_input_tokens", out _))
        {
            var (read, write) = (Number(usage, "cache_read_input_tokens"), Number(usage, "cache_creation_input_tokens"));
            var split = usage.TryGetProperty("cache_creation", out var creation) && creation.ValueKind == JsonValueKind.Object;
            var hour = split ? Number(creation, "ephemeral_1h_input_tokens") : null;
            tokens = tokens with
            {
                Input = Sum(Sum(input, read), write),
                CacheRead = read,
                CacheWrite = write - (hour ?? 0),
                CacheWrite1h = hour,
                Reasoning = Nested(usage, "output_tokens_details", "thinking_tokens"),
            };
        }
        else
        {
            tokens = tokens with
            {
                Input = input,
                CacheRead = Nested(usage, "input_tokens_details", "cached_tokens"),
                CacheWrite = Nested(usage, "input_tokens_details", "cache_write_tokens"),
                Reasoning = Nested(usage, "output_tokens_details", "reasoning_tokens"),
            };
        }

        var searches = Nested(usage, "server_tool_use", "web_search_requests");
        var tier = Text(usage, "speed") is "fast" ? "fast" : Text(usage, "service_tier");
        return (tokens, new PriceTerms { ServedTier = tier, Geo = Text(usage, "inference_geo"), Units = new UsageUnits { WebSearches = searches } });
    }

    static TokenUsage Prompts(JsonElement usage) => new()
    {
        Input = Number(usage, "prompt_tokens"),
        Output = Number(usage, "completion_tokens"),
        CacheRead = Nested(usage, "prompt_tokens_details", "cached_tokens") ?? Number(usage, "prompt_cache_hit_tokens"),
        CacheWrite = Nested(usage, "prompt_tokens_details", "cache_write_tokens"),
        AudioInput = Nested(usage, "prompt_tokens_details", "audio_tokens"),
        ImageInput = Nested(usage, "prompt_tokens_details", "image_tokens"),
        Reasoning = Nested(usage, "completion_tokens_details", "reasoning_tokens"),
        AudioOutput = Nested(usage, "completion_tokens_details", "audio_tokens"),
        ImageOutput = Nested(usage, "completion_tokens_details", "image_tokens"),
    };

    static (long? Audio, long? Image) Details(JsonElement usage, string name)
    {
        if (!usage.TryGetProperty(name, out var details) || details.ValueKind != JsonValueKind.Array)
            return default;
        long audio = 0, image = 0;
        foreach (var detail in details.EnumerateArray())
        {
            var count = Number(detail, "tokenCount") ?? 0;
            switch (Text(detail, "modality"))
            {
                case "AUDIO": audio += count; break;
                case "IMAGE" or "DOCUMENT": image += count; break;
            }
        }

        return (audio, image);
    }

    static long? Sum(long? left, long? right) => left is null && right is null ? null : (left ?? 0) + (right ?? 0);

    static long? Nested(JsonElement element, string outer, string name) =>
        element.TryGetProperty(outer, out var inner) && inner.ValueKind == JsonValueKind.Object ? Number(inner, name) : null;

    static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
