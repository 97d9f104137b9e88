using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Xai;

/// <summary>xAI chat completions.</summary>
/// <remarks>
/// <see href="https://docs.x.ai/developers/cost-tracking"/>: <c>cost_in_usd_ticks</c> is the amount billed, tools and discounts included, in 1e-10 USD.
/// Reasoning stands beside <c>completion_tokens</c> here, not inside as at OpenAI; the total adds up only with it.
/// </remarks>
internal sealed class XaiChatFormat() : CompatibleChatFormat(
    ("usage.cost_in_usd_ticks", WireField.ReportedCostTicks),
    ("usage.num_sources_used", WireField.WebSearches), // live search is billed by the source
    ("usage.server_side_tool_usage_details.web_search_calls", WireField.WebSearches))
{
    public override string DefaultProvider => "xai";

    public override bool Speaks(string provider) => provider == "xai";

    /// <summary>Adds reasoning to the output, unless the total says that it is inside already.</summary>
    public override void Normalize(ref UsageCounts usage)
    {
        if (usage[WireField.Total] != (long)usage.OrZero(WireField.Input) + usage.OrZero(WireField.Output))
            usage.Add(WireField.Output, usage.OrZero(WireField.Reasoning));
    }
}
