namespace AiTelemetry.Wire.Alibaba;

/// <summary>Alibaba's DashScope by its own path; the compatible one needs no dialect.</summary>
/// <remarks>
/// <see href="https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-dashscope"/>. The request asks for a stream by a header. Every event has the usage so
/// far, and <c>"null"</c>, as a word, for a finish reason until there is one. The answer does not name the model.
/// </remarks>
internal sealed class DashScopeGenerationFormat : WireFormat
{
    public override string Operation => "chat";

    public override string DefaultProvider => "alibaba";

    public override string Endpoint => "generation";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("input.messages[]", WireField.RequestMessage),
        ("parameters.max_tokens", WireField.RequestMaxTokens),
        ("parameters.temperature", WireField.RequestTemperature),
        ("parameters.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("request_id", WireField.ResponseId),
        ("output.finish_reason", WireField.FinishReason),
        ("output.text", WireField.Content),
        ("output.choices[]", WireField.Choice),
        ("output.choices[].finish_reason", WireField.FinishReason),
        ("output.choices[].message.content", WireField.Content),
        ("output.choices[].message.reasoning_content", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.input_tokens", WireField.Input),
        ("usage.output_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.input_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.output_tokens_details.reasoning_tokens", WireField.Reasoning),
        ("code", WireField.ErrorCode));

    public override string[] Marks => ["/aigc/text-generation/generation", "/aigc/multimodal-generation/generation"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/aigc/text-generation/generation", StringComparison.Ordinal) || path.EndsWith("/aigc/multimodal-generation/generation", StringComparison.Ordinal);

    public override bool IsFinal(ReadOnlySpan<byte> finishReason) => !finishReason.SequenceEqual("null"u8);
}
