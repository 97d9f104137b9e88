namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>What Prometheus scrapes under one name of a job.</summary>
internal sealed record Target(string Job);
