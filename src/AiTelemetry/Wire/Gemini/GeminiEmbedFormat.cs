using AiTelemetry.Wire.Vertex;

namespace AiTelemetry.Wire.Gemini;

/// <summary>Embeddings of Gemini, one or several, also on Vertex AI. Newer models say what they used, older ones do not.</summary>
/// <remarks><see href="https://ai.google.dev/api/embeddings"/>.</remarks>
internal sealed class GeminiEmbedFormat : WireFormat
{
    public override string Operation => "embeddings";

    public override string DefaultProvider => "gemini";

    public override string Endpoint => "embedContent";

    public override JsonPaths RequestPaths { get; } = new();

    public override JsonPaths ResponsePaths { get; } = new(
        ("usageMetadata", WireField.Usage),
        ("usageMetadata.promptTokenCount", WireField.Input),
        ("usageMetadata.totalTokenCount", WireField.Total),
        ("usageMetadata.promptTokensDetails[]", WireField.Part),
        ("usageMetadata.promptTokensDetails[].modality", WireField.Modality),
        ("usageMetadata.promptTokensDetails[].tokenCount", WireField.InputOfModality),
        ("usageMetadata.promptTokenDetails[]", WireField.Part),
        ("usageMetadata.promptTokenDetails[].modality", WireField.Modality),
        ("usageMetadata.promptTokenDetails[].tokenCount", WireField.InputOfModality),
        ("usageMetadata.trafficType", WireField.ServiceTier),
        ("error", WireField.Error),
        ("error.status", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override string[] Marks => [":embedContent", ":batchEmbedContents"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        (path.EndsWith(":embedContent", StringComparison.Ordinal) || path.EndsWith(":batchEmbedContents", StringComparison.Ordinal)) && !ModelOf(path).IsEmpty;

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => VertexPath.ModelOf(path);
}
