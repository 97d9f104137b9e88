namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>What stands on the TYPE line.</summary>
internal enum FamilyKind
{
    Counter,
    Gauge,
    Histogram,
}
