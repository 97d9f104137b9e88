using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.DeepInfra;

/// <summary>DeepInfra chat completions: <c>usage.estimated_cost</c> is the host's own price of the call, in USD.</summary>
internal sealed class DeepInfraChatFormat() : CompatibleChatFormat(("usage.estimated_cost", WireField.ReportedCost))
{
    public override string DefaultProvider => "deepinfra";

    public override bool Speaks(string provider) => provider == "deepinfra";
}
