using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Gemini;

/// <summary>Gemini and Vertex by chat completions.</summary>
/// <remarks>
/// <see href="https://ai.google.dev/gemini-api/docs/openai"/>. <c>completion_tokens</c> leaves thinking out, and Gemini itemises it nowhere: only the total has
/// it. So the output is what the total has beyond the prompt. Errors are an array of one.
/// </remarks>
internal sealed class GeminiCompatibleChatFormat : CompatibleChatFormat
{
    public override string DefaultProvider => "gemini";

    public override bool Speaks(string provider) => provider is "gemini" or "vertex";

    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.Input) || !usage.Has(WireField.Total))
            return;
        var output = usage[WireField.Total] - usage[WireField.Input];
        if (output > usage.OrZero(WireField.Output))
            usage[WireField.Output] = output;
    }
}
