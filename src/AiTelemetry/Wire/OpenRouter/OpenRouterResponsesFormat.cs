using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.OpenRouter;

/// <summary>OpenRouter Responses: with the charge, as its chat; a stream goes on to a <c>[DONE]</c> behind the last event.</summary>
/// <remarks><see href="https://openrouter.ai/docs/api/reference/responses/overview"/>.</remarks>
internal sealed class OpenRouterResponsesFormat() : OpenAiResponsesFormat(OpenRouterPlaces.Cost("usage."))
{
    public override string DefaultProvider => "openrouter";

    public override bool Speaks(string provider) => provider is "openrouter" or "vercel.gateway";
}
