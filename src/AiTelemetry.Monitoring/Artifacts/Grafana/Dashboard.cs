using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>A dashboard: rows of panels under choices.</summary>
/// <param name="Name">Its file, and the end of its uid: it stays the same for ever.</param>
/// <param name="Variables">The choices at its top, beside the data source.</param>
internal sealed record Dashboard(string Name, string Title, string Description, Variable[] Variables, params Row[] Rows)
{
    public string Path => $"grafana/{Name}.json";

    public IEnumerable<Panel> Panels => Rows.SelectMany(row => row.Panels);
}
