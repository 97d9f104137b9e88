namespace AiTelemetry.Wire.Cohere;

/// <summary>Cohere chat, version 2, plain and streaming.</summary>
/// <remarks>
/// <see href="https://docs.cohere.com/reference/chat-stream"/>. The last event, <c>message-end</c>, has reason and usage; a failure is the reason ERROR with an empty
/// usage.
/// </remarks>
internal sealed class CohereChatFormat : CohereFormat
{
    public override string Operation => "chat";

    public override string Endpoint => "chat";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        ("id", WireField.ResponseId),
        ("type", WireField.EventType),
        ("finish_reason", WireField.FinishReason),
        ("error_type", WireField.ErrorType),
        .. CoherePlaces.Usage("usage."),
        ("delta.finish_reason", WireField.FinishReason),
        ("delta.error_type", WireField.ErrorType),
        .. CoherePlaces.Usage("delta.usage."),
        ("delta.message.content.text", WireField.Content),
        ("delta.message.content.thinking", WireField.Content),
        ("delta.message.tool_plan", WireField.Content),
        ("delta.message.tool_calls", WireField.Content),
    ]);

    public override string[] Marks => ["/v2/chat"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v2/chat", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("message-end"u8) ? EventMeaning.Terminal : EventMeaning.None;
}
