using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Vertex;

/// <summary>Models of Mistral, AI21 and others on Vertex AI that are handed OpenAI's chat completions, with Google's errors.</summary>
/// <remarks><see href="https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/mistral"/>. Mistral's reading of documents counts pages.</remarks>
internal sealed class VertexPartnerFormat() : OpenAiChatFormat(
    ("usage.num_cached_tokens", WireField.CacheRead),
    ("usage.prompt_token_details.cached_tokens", WireField.CacheRead),
    ("usage_info.pages_processed", WireField.Pages),
    ("error.status", WireField.ErrorType))
{
    public override string DefaultProvider => "vertex";

    public override string[] Marks => [":rawPredict", ":streamRawPredict"];

    public override bool IsCall(ReadOnlySpan<char> path) => VertexPath.IsRaw(path) && !VertexPath.IsOf(path, "anthropic");

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => VertexPath.ModelOf(path);
}
