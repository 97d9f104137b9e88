namespace AiTelemetry.Wire.Cohere;

/// <summary>Cohere generate, the API before chat. A stream is one document a line.</summary>
/// <remarks><see href="https://docs.cohere.com/v1/reference/generate"/>.</remarks>
internal sealed class CohereGenerateFormat : CohereFormat
{
    public override string Operation => "text_completion";

    public override string Endpoint => "generate";

    public override bool HasManyDocuments => true;

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        ("id", WireField.ResponseId),
        ("generations[]", WireField.Choice),
        ("generations[].finish_reason", WireField.FinishReason),
        .. CoherePlaces.Usage("meta."),
        ("is_finished", WireField.Done),
        ("finish_reason", WireField.FinishReason),
        ("response.id", WireField.ResponseId),
        ("response.generations[]", WireField.Choice),
        ("response.generations[].finish_reason", WireField.FinishReason),
        .. CoherePlaces.Usage("response.meta."),
        ("text", WireField.Content),
    ]);

    public override string[] Marks => ["/v1/generate"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/generate", StringComparison.Ordinal);
}
