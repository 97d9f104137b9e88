namespace AiTelemetry.Pricing;

/// <summary>The rates of one tier of service; those not listed stay as they are in the standard tier.</summary>
internal sealed record TierPrice(TokenRates Rates, ContextTier[] Tiers);
