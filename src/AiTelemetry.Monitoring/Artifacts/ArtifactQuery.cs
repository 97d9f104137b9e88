using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring;

/// <summary>One query of an artefact.</summary>
/// <param name="Path">The artefact.</param>
/// <param name="Place">The panel, the alert or the recorded series.</param>
internal sealed record ArtifactQuery(string Path, string Place, Expression Expression)
{
    public override string ToString() => $"{Path}, {Place}: {Expression}";
}
