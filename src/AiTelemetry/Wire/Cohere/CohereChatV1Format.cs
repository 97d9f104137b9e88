namespace AiTelemetry.Wire.Cohere;

/// <summary>Cohere chat, version 1. A stream is one document a line; the last, <c>stream-end</c>, has the whole answer.</summary>
/// <remarks><see href="https://docs.cohere.com/v1/reference/chat-stream"/>. An answer's id is that of its generation: the other one names the exchange.</remarks>
internal sealed class CohereChatV1Format : CohereFormat
{
    public override string Operation => "chat";

    public override string Endpoint => "chat";

    public override bool HasManyDocuments => true;

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("message", WireField.RequestMessage),
        ("chat_history[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        ("generation_id", WireField.ResponseId),
        ("finish_reason", WireField.FinishReason),
        .. CoherePlaces.Usage("meta."),
        ("is_finished", WireField.Done),
        ("response.generation_id", WireField.ResponseId),
        ("response.finish_reason", WireField.FinishReason),
        .. CoherePlaces.Usage("response.meta."),
        ("text", WireField.Content),
        ("tool_calls[]", WireField.Content),
        ("tool_call_delta", WireField.Content),
        ("search_queries[]", WireField.Content),
    ]);

    public override string[] Marks => ["/v1/chat"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/chat", StringComparison.Ordinal);
}
