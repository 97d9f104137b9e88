namespace AiTelemetry.Wire.Bedrock;

/// <summary>Bedrock Converse and ConverseStream: one shape for all models.</summary>
/// <remarks>
/// <see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>. Of a stream, <c>messageStop</c> has the reason and the
/// <c>metadata</c> behind it the usage: that event is the last. <c>inputTokens</c> excludes what was read from and written to the cache.
/// An answer names no model and has no id.
/// </remarks>
internal sealed class BedrockConverseFormat : BedrockFormat
{
    public override string Operation => "chat";

    public override string Endpoint => "converse";

    public override JsonPaths RequestPaths { get; } = new(
        ("messages[]", WireField.RequestMessage),
        ("inferenceConfig.maxTokens", WireField.RequestMaxTokens),
        ("inferenceConfig.temperature", WireField.RequestTemperature),
        ("inferenceConfig.topP", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. BedrockUsage.Places("usage."),
        .. BedrockUsage.Lifetimes("usage."),
        ("usage", WireField.Usage),
        ("stopReason", WireField.FinishReason),
        ("serviceTier.type", WireField.ServiceTier),
        ("performanceConfig.latency", WireField.Speed),
        ("delta.text", WireField.Content),
        ("delta.reasoningContent", WireField.Content),
        ("delta.toolUse", WireField.Content),
        ("delta.toolResult", WireField.Content),
        ("delta.image", WireField.Content),
        ("start.toolUse", WireField.Content),
        ("__type", WireField.QualifiedErrorType),
    ]);

    protected override (string Plain, string Stream) Verbs => ("/converse", "/converse-stream");

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("metadata"u8) ? EventMeaning.Terminal : EventMeaning.None;

    public override void Normalize(ref UsageCounts usage) => BedrockUsage.AddCached(ref usage);
}
