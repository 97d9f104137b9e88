using AiTelemetry.Wire.Compatible;
using AiTelemetry.Wire.OpenRouter;

namespace AiTelemetry.Wire.Vercel;

/// <summary>Vercel's AI gateway, chat completions.</summary>
/// <remarks>
/// <see href="https://vercel.com/docs/ai-gateway"/>. <c>usage.cost</c> is what the gateway charged, in USD. The output is counted as the provider behind
/// counts: with reasoning inside, but for Gemini's models, whose thinking is beside and in no total.
/// </remarks>
internal sealed class VercelGatewayChatFormat() : CompatibleChatFormat(OpenRouterPlaces.Cost("usage."))
{
    public override string DefaultProvider => "vercel.gateway";

    public override bool Speaks(string provider) => provider == "vercel.gateway";

    public override void Normalize(ref UsageCounts usage, string? model)
    {
        if (model?.StartsWith("google/gemini", StringComparison.OrdinalIgnoreCase) == true)
            usage.Add(WireField.Output, usage.OrZero(WireField.Reasoning));
        else
            base.Normalize(ref usage, model);
    }
}
