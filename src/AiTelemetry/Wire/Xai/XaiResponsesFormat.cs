using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Xai;

/// <summary>xAI Responses. Reasoning is inside the output here.</summary>
/// <remarks>
/// <see href="https://docs.x.ai/developers/cost-tracking"/>, <see href="https://docs.x.ai/developers/tools/tool-usage-details"/>: of the calls of its tools only those that worked are
/// charged, and the usage counts them; the items of the output are all that were tried.
/// </remarks>
internal sealed class XaiResponsesFormat() : OpenAiResponsesFormat(
    ("usage.cost_in_usd_ticks", WireField.ReportedCostTicks),
    ("usage.server_side_tool_usage_details.web_search_calls", WireField.WebSearches))
{
    public override string DefaultProvider => "xai";

    public override bool Speaks(string provider) => provider == "xai";

    public override WireField UnitOf(ReadOnlySpan<byte> itemType) => WireField.None;
}
