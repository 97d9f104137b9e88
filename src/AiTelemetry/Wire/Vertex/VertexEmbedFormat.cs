namespace AiTelemetry.Wire.Vertex;

/// <summary>Embeddings by Vertex AI's <c>:predict</c>, which counts each input apart.</summary>
/// <remarks>
/// <see href="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api"/>. <c>:predict</c> serves any model of a project; only those
/// whose name says that they embed are calls of this kind.
/// </remarks>
internal sealed class VertexEmbedFormat : WireFormat
{
    public override string Operation => "embeddings";

    public override string DefaultProvider => "vertex";

    public override string Endpoint => "predict";

    public override JsonPaths RequestPaths { get; } = new();

    public override JsonPaths ResponsePaths { get; } = new(
        ("predictions[].embeddings.statistics.token_count", WireField.InputPart),
        ("error", WireField.Error),
        ("error.status", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override string[] Marks => [":predict"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith(":predict", StringComparison.Ordinal) && ModelOf(path).Contains("embedding", StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => VertexPath.ModelOf(path);
}
