namespace AiTelemetry.Wire.Anthropic;

/// <summary>Anthropic Messages, plain and streaming.</summary>
/// <remarks>
/// <see href="https://docs.anthropic.com/en/api/messages-streaming"/>. <c>message_start</c> has the first usage, <c>message_delta</c> the cumulative
/// one: each count replaces, none is added, and one that is left out keeps its value. <c>input_tokens</c> excludes cached tokens.
/// </remarks>
internal sealed class AnthropicMessagesFormat : WireFormat
{
    public override string Operation => "chat";

    public override string DefaultProvider => "anthropic";

    public override string Endpoint => "messages";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. Message(""),
        .. Message("message."),
        ("type", WireField.EventType),
        ("delta.stop_reason", WireField.FinishReason),
        ("delta.text", WireField.Content),
        ("delta.thinking", WireField.Content),
        ("delta.partial_json", WireField.Content),
        ("content_block.name", WireField.Content),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
    ]);

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/messages", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("message_stop"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failed
        : EventMeaning.None;

    /// <summary>Adds what was read from and written to the cache: Anthropic counts them beside the input, everyone else inside.</summary>
    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.CacheWrite) && (usage.Has(WireField.CacheWrite5m) || usage.Has(WireField.CacheWrite1h)))
            usage[WireField.CacheWrite] = usage.OrZero(WireField.CacheWrite5m) + usage.OrZero(WireField.CacheWrite1h);
        usage.Add(WireField.Input, usage.OrZero(WireField.CacheRead));
        usage.Add(WireField.Input, usage.OrZero(WireField.CacheWrite));
    }

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
        (at + "usage.output_tokens_details.thinking_tokens", WireField.Reasoning),
        (at + "usage.service_tier", WireField.ServiceTier),
        (at + "usage.speed", WireField.Speed),
        (at + "usage.inference_geo", WireField.Geo),
        (at + "usage.server_tool_use.web_search_requests", WireField.WebSearches),
    ];
}
