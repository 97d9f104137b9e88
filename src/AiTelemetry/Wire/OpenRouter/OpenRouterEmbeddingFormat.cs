using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.OpenRouter;

/// <summary>OpenRouter embeddings: with the charge, as its chat.</summary>
internal sealed class OpenRouterEmbeddingFormat() : CompatibleEmbeddingFormat(OpenRouterPlaces.Cost("usage."))
{
    public override string DefaultProvider => "openrouter";

    public override bool Speaks(string provider) => provider is "openrouter" or "vercel.gateway";
}
