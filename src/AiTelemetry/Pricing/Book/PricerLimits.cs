namespace AiTelemetry.Pricing;

/// <summary>When a price counts as old, and when a reported charge as different.</summary>
internal sealed record PricerLimits(int StaleDays, decimal DriftTolerance);
