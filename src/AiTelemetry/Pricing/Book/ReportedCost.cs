namespace AiTelemetry.Pricing;

/// <summary>The charge a gateway reports, made whole.</summary>
internal static class ReportedCost
{
    /// <summary>
    /// OpenRouter's <c>usage.cost</c>. With the user's own key (<c>is_byok</c>) it is only the gateway's fee and the upstream provider's
    /// charge (<c>cost_details.upstream_inference_cost</c>) comes on top; without, it already contains it, and adding both would double
    /// it.
    /// </summary>
    public static decimal? Total(decimal? cost, decimal? upstreamCost, bool? isByok) =>
        isByok == true ? cost is null && upstreamCost is null ? null : (cost ?? 0m) + (upstreamCost ?? 0m) : cost;
}
