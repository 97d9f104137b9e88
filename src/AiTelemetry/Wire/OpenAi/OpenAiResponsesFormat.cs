namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI Responses, plain and streaming.</summary>
/// <remarks>
/// <see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>. A stream wraps the whole answer in <c>response</c>; the usage is
/// in the last event (<c>response.completed</c>, <c>.incomplete</c> or <c>.failed</c>), earlier ones say <c>"usage":null</c>. Every piece of
/// output is an event whose <c>delta</c> is a string.
/// </remarks>
internal sealed class OpenAiResponsesFormat : WireFormat
{
    public override string Operation => "chat";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "responses";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("input[]", WireField.RequestMessage),
        ("max_output_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. Answer(""),
        .. Answer("response."),
        ("type", WireField.EventType),
        ("delta", WireField.Content),
        ("code", WireField.ErrorCode),
    ]);

    /// <summary>Azure's first events have an id that the answer does not keep.</summary>
    public override bool LastIdCounts => true;

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/responses", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("response.completed"u8) || eventType.SequenceEqual("response.incomplete"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("response.failed"u8) || eventType.SequenceEqual("error"u8) ? EventMeaning.Failed
        : EventMeaning.None;

    /// <summary>The status of an answer stands for its finish reason; it is there from the first event on.</summary>
    public override bool IsFinal(ReadOnlySpan<byte> finishReason) =>
        !finishReason.SequenceEqual("in_progress"u8) && !finishReason.SequenceEqual("queued"u8);

    static (string, WireField)[] Answer(string at) =>
    [
        (at + "id", WireField.ResponseId),
        (at + "model", WireField.ResponseModel),
        (at + "status", WireField.FinishReason),
        (at + "service_tier", WireField.ServiceTier),
        (at + "usage", WireField.Usage),
        (at + "usage.input_tokens", WireField.Input),
        (at + "usage.output_tokens", WireField.Output),
        (at + "usage.total_tokens", WireField.Total),
        (at + "usage.input_tokens_details.cached_tokens", WireField.CacheRead),
        (at + "usage.input_tokens_details.cache_write_tokens", WireField.CacheWrite),
        (at + "usage.output_tokens_details.reasoning_tokens", WireField.Reasoning),
        (at + "error", WireField.Error),
        (at + "error.type", WireField.ErrorType),
        (at + "error.code", WireField.ErrorCode),
    ];
}
