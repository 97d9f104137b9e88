using AiTelemetry.Wire.Anthropic;

namespace AiTelemetry.Wire.Vertex;

/// <summary>Claude on Vertex AI: Anthropic Messages as they are, with the model in the path and Google's errors.</summary>
/// <remarks><see href="https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude"/>. The model <c>count-tokens</c> counts and is no call.</remarks>
internal sealed class VertexAnthropicFormat : AnthropicMessagesFormat
{
    public override string DefaultProvider => "vertex";

    public override JsonPaths ResponsePaths { get; } = new([.. AnthropicPlaces.All, ("error.status", WireField.ErrorType), ("error.code", WireField.ErrorCode)]);

    public override string[] Marks => [":rawPredict", ":streamRawPredict"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        VertexPath.IsRaw(path) && VertexPath.IsOf(path, "anthropic") && !ModelOf(path).SequenceEqual("count-tokens");

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => VertexPath.ModelOf(path);
}
