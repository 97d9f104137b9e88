namespace AiTelemetry.Wire.Compatible;

/// <summary>The spellings of usage and of errors that hosts compatible with OpenAI have beside OpenAI's own.</summary>
internal static class CompatiblePlaces
{
    /// <summary>Errors, at the top of a body. What is no error may have a <c>type</c> or <c>code</c> too; it counts only once a call failed.</summary>
    public static (string, WireField)[] Errors =>
    [
        ("type", WireField.ErrorType), // Mistral, Cerebras, vLLM: {"object":"error","type":...,"code":...}
        ("code", WireField.ErrorCode), // xAI: {"code":...,"error":"text"}
        ("error_type", WireField.ErrorType), // Hugging Face's text generation inference: {"error":"text","error_type":"validation"}
        ("error_code", WireField.ErrorCode), // Databricks: {"error_code":"BAD_REQUEST","message":...}
        ("error.status", WireField.ErrorType), // Google's errors on its compatible endpoint; overruled by a type behind it
        ("errors[].code", WireField.ErrorCode), // Cloudflare, watsonx
        ("errors[].key", WireField.ErrorCode), // Writer: {"tpe":...,"errors":[{"key":...}]}
        ("tpe", WireField.ErrorType),
        ("detail[].type", WireField.ErrorType), // Mistral and other hosts on FastAPI: a request that does not fit the schema
    ];

    /// <summary>Counts beside <c>prompt_tokens</c>, <c>completion_tokens</c> and OpenAI's details of them.</summary>
    public static (string, WireField)[] Usage(string usage) =>
    [
        (usage + "prompt_tokens_details.cache_creation_tokens", WireField.CacheWrite), // LiteLLM
        (usage + "prompt_tokens_details.cache_creation_input_tokens", WireField.CacheWrite), // Alibaba
        (usage + "prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens", WireField.CacheWrite1h),
        (usage + "completion_tokens_details.image_tokens", WireField.ImageOutput),
        (usage + "prompt_token_details.cached_tokens", WireField.CacheRead), // Mistral, Writer
        (usage + "prompt_token_details.audio_tokens", WireField.AudioInput),
        (usage + "completion_token_details.reasoning_tokens", WireField.Reasoning),
        (usage + "cached_tokens", WireField.CacheRead), // Together, Moonshot
        (usage + "num_cached_tokens", WireField.CacheRead), // Mistral
        (usage + "prompt_cache_hit_tokens", WireField.CacheRead), // DeepSeek
        (usage + "cache_read_input_tokens", WireField.CacheRead), // Databricks, LiteLLM
        (usage + "cache_creation_input_tokens", WireField.CacheWrite),
        (usage + "cache_creation.ephemeral_1h_input_tokens", WireField.CacheWrite1h),
        (usage + "reasoning_tokens", WireField.Reasoning), // Perplexity
        (usage + "server_tool_use.web_search_requests", WireField.WebSearches), // OpenRouter, LiteLLM
    ];
}
