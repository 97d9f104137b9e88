namespace AiTelemetry.Wire.Ollama;

/// <summary>Ollama <c>/api/generate</c>.</summary>
internal sealed class OllamaGenerateFormat : OllamaFormat
{
    public override string Operation => "text_completion";

    public override string Endpoint => "generate";

    public override bool StreamsByDefault => true;

    public override bool HasManyDocuments => true;

    public override string[] Marks => ["/api/generate"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/api/generate", StringComparison.Ordinal);
}
