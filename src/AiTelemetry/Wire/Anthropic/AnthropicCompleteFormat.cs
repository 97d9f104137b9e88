namespace AiTelemetry.Wire.Anthropic;

/// <summary>Anthropic's text completions, the API before Messages: it never says what was used.</summary>
/// <remarks>
/// <see href="https://docs.anthropic.com/en/api/complete"/>. The events of a stream repeat the whole shape, the last with a reason. The path is too
/// plain to be taken on hosts that are not known.
/// </remarks>
internal sealed class AnthropicCompleteFormat : WireFormat
{
    public override string Operation => "text_completion";

    public override string DefaultProvider => "anthropic";

    public override string Endpoint => "complete";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("max_tokens_to_sample", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("type", WireField.EventType),
        ("id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("completion", WireField.Content),
        ("stop_reason", WireField.FinishReason),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType));

    public override bool Speaks(string provider) => provider != "other";

    public override string[] Marks => ["/v1/complete"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/complete", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) => AnthropicPlaces.MeaningOf(eventType);
}
