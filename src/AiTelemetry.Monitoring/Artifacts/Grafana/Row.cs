namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>Panels under a heading, laid from left to right.</summary>
internal sealed record Row(string Title, params Panel[] Panels);
