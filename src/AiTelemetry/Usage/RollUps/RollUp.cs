namespace AiTelemetry.Usage;

/// <summary>One sum as it is kept.</summary>
internal sealed record RollUp(RollUpStep Step, long Bucket, UsageSeries Series, byte[] Totals);
