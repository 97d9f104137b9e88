using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.OpenRouter;

/// <summary>OpenRouter completions: with the charge, as its chat.</summary>
internal sealed class OpenRouterCompletionFormat() : CompatibleCompletionFormat(OpenRouterPlaces.Cost("usage."))
{
    public override string DefaultProvider => "openrouter";

    public override bool Speaks(string provider) => provider == "openrouter";
}
