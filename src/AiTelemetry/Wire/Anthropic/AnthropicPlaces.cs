namespace AiTelemetry.Wire.Anthropic;

/// <summary>Where the facts stand in an answer of Anthropic Messages, on whatever host.</summary>
internal static class AnthropicPlaces
{
    public static (string Path, WireField Field)[] All =>
    [
        .. Message(""),
        .. Message("message."),
        .. AtTheEnd,
        ("type", WireField.EventType),
        ("delta.stop_reason", WireField.FinishReason),
        ("delta.text", WireField.Content),
        ("delta.thinking", WireField.Content),
        ("delta.partial_json", WireField.Content),
        ("content_block.name", WireField.Content),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
    ];

    public static EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("message_stop"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failed
        : EventMeaning.None;

    /// <summary>A message: the whole answer, or what <c>message_start</c> has of it.</summary>
    static (string, WireField)[] Message(string at) =>
    [
        (at + "id", WireField.ResponseId),
        (at + "model", WireField.ResponseModel),
        (at + "stop_reason", WireField.FinishReason),
        (at + "usage", WireField.Usage),
        (at + "usage.input_tokens", WireField.Input),
        (at + "usage.output_tokens", WireField.Output),
        (at + "usage.cache_read_input_tokens", WireField.CacheRead),
        (at + "usage.cache_creation_input_tokens", WireField.CacheWrite),
        (at + "usage.cache_creation.ephemeral_5m_input_tokens", WireField.CacheWrite5m),
        (at + "usage.cache_creation.ephemeral_1h_input_tokens", WireField.CacheWrite1h),
        (at + "usage.service_tier", WireField.ServiceTier),
        (at + "usage.speed", WireField.Speed),
        (at + "usage.inference_geo", WireField.Geo),
    ];

    /// <summary>What is only known at the end: in the whole answer, or in <c>message_delta</c>, whose usage stands at the same place.</summary>
    static (string, WireField)[] AtTheEnd =>
    [
        ("usage.output_tokens_details.thinking_tokens", WireField.Reasoning),
        ("usage.server_tool_use.web_search_requests", WireField.WebSearches),
        ("usage.iterations", WireField.InnerCalls),
        ("usage.iterations[]", WireField.InnerCall),
        ("usage.iterations[].type", WireField.InnerType),
        ("usage.iterations[].model", WireField.InnerModel),
        ("usage.iterations[].input_tokens", WireField.InnerInput),
        ("usage.iterations[].output_tokens", WireField.InnerOutput),
        ("usage.iterations[].cache_read_input_tokens", WireField.InnerCacheRead),
        ("usage.iterations[].cache_creation_input_tokens", WireField.InnerCacheWrite),
        ("usage.iterations[].cache_creation.ephemeral_5m_input_tokens", WireField.InnerCacheWrite5m),
        ("usage.iterations[].cache_creation.ephemeral_1h_input_tokens", WireField.InnerCacheWrite1h),
    ];
}
