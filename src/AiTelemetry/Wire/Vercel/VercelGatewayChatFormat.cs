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

    /// <summary>Reasoning that exceeds the output cannot be a part of it.</summary>
    public override void Normalize(ref UsageCounts usage)
    {
        if (usage[WireField.Reasoning] > usage[WireField.Output])
            usage.Add(WireField.Output, usage[WireField.Reasoning]);
        else
            base.Normalize(ref usage);
    }
}
