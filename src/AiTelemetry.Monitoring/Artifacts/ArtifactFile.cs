namespace AiTelemetry.Monitoring;

/// <summary>One file for Grafana, Prometheus, Alertmanager, a collector or systemd.</summary>
/// <param name="Path">Where it goes, relative, with slashes: <c>grafana/overview.json</c>.</param>
/// <param name="Text">All of it; ends with a line feed.</param>
public sealed record ArtifactFile(ArtifactKind Kind, string Path, string Text);
