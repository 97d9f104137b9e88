namespace AiTelemetry.Wire.Ollama;

/// <summary>Ollama <c>/api/chat</c>.</summary>
internal sealed class OllamaChatFormat : OllamaFormat
{
    public override string Operation => "chat";

    public override string Endpoint => "chat";

    public override bool StreamsByDefault => true;

    public override bool HasManyDocuments => true;

    public override string[] Marks => ["/api/chat"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/api/chat", StringComparison.Ordinal);
}
