namespace AiTelemetry.Wire.Ollama;

/// <summary>Ollama <c>/api/embed</c>, and <c>/api/embeddings</c> before it, which counts nothing.</summary>
internal sealed class OllamaEmbedFormat : OllamaFormat
{
    public override string Operation => "embeddings";

    public override string Endpoint => "embed";

    public override string[] Marks => ["/api/embed"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/api/embed", StringComparison.Ordinal) || path.EndsWith("/api/embeddings", StringComparison.Ordinal);
}
