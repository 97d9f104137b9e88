using AiTelemetry.Pricing;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>What a call that ended cost: its tokens, or those that are charged in their place, what it used beside tokens, and the calls within it.</summary>
internal static class CallCost
{
    /// <param name="call">The call, its counts evened out.</param>
    /// <param name="usage">Its usage.</param>
    /// <param name="at">When it began, which decides on the price.</param>
    public static CostResult Of(ProviderCall call, in CallUsage usage, DateTimeOffset at)
    {
        if ((call.ResponseModel ?? call.RequestModel) is not { } model || !(usage.IsKnown || call.ChargesOrNull is { HasPriced: true }))
            return default;
        var prices = call.Route.Telemetry.Prices;
        var provider = call.Route.PricedBy;
        var terms = TermsOf(call, model);
        var tokens = call.ChargesOrNull is { Billed.Any: true } charges ? charges.Billed.ToTokenUsage() : usage.Tokens;
        var cost = prices.Price(provider, model, tokens, at, terms);
        if (call.ChargesOrNull?.InnerCalls is { } inner)
            cost = WithInner(inner, cost, call.Format, prices, provider, model, at, terms);
        if (usage.Status != UsageStatus.Partial || cost.Usd is null)
            return cost;
        // A charge stays one; but what it was charged for is only partly known, so it cannot be compared.
        return cost.Status == CostStatus.Reported ? cost with { Flags = cost.Flags & ~CostNotes.Drift } : cost with { Status = CostStatus.Partial };
    }

    /// <summary>A method of its own, so that only calls with such calls in them pay for the closure.</summary>
    static CostResult WithInner(InnerCalls inner, in CostResult cost, WireFormat? format, PriceCatalog prices, string provider, string model, DateTimeOffset at, PriceTerms terms) =>
        inner.AddTo(cost, format, (innerModel, tokens) =>
            prices.Price(provider, innerModel ?? model, tokens, at, new PriceTerms { ServedTier = terms.ServedTier, Geo = terms.Geo }));

    /// <summary>What, besides the tokens, the response says of its price. Never what the request asked for: it may not have got it.</summary>
    static PriceTerms TermsOf(ProviderCall call, string model) => call.ChargesOrNull is not { } charges
        ? new PriceTerms { ServedTier = call.ServiceTier }
        : new PriceTerms
        {
            ServedTier = charges.Speed is { } speed && !speed.Equals("standard", StringComparison.OrdinalIgnoreCase) ? speed : call.ServiceTier,
            Geo = charges.Geo,
            SearchContext = charges.SearchContext,
            Units = call.Format?.Normalize(charges.Units, model) ?? charges.Units,
            ReportedUsd = ReportedCost.Total(charges.ReportedUsd, charges.UpstreamUsd, charges.IsByok),
        };
}
