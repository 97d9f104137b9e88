using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Xai;

/// <summary>xAI images: with the charge, as its chat.</summary>
/// <param name="name">The last part of the path: <c>generations</c> or <c>edits</c>.</param>
internal sealed class XaiImageFormat(string name) : OpenAiImageFormat(name, ("usage.cost_in_usd_ticks", WireField.ReportedCostTicks))
{
    public override string DefaultProvider => "xai";

    public override bool Speaks(string provider) => provider == "xai";
}
