using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.DeepInfra;

/// <summary>DeepInfra completions: priced by the host, as its chat.</summary>
internal sealed class DeepInfraCompletionFormat() : CompatibleCompletionFormat(("usage.estimated_cost", WireField.ReportedCost))
{
    public override string DefaultProvider => "deepinfra";

    public override bool Speaks(string provider) => provider == "deepinfra";
}
