using System.Globalization;
using System.Text;

namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>Writes DASHBOARDS.md: what every panel shows, and from which metrics.</summary>
internal static class DashboardsDocument
{
    const string Head = """
        # Dashboards

        What each panel shows. Made from the metric catalogue, with the dashboards themselves, by `aitel export docs`. Every dashboard asks for its Prometheus data source at the top;
        points beside lines are single calls and lead to their traces where the data source knows a tracing one (see `grafana/provisioning-datasources.yml`).


        """;

    public static string Write(Dashboard[] dashboards)
    {
        var text = new StringBuilder(Head);
        foreach (var dashboard in dashboards)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {dashboard.Title}\n\n[{dashboard.Path}]({dashboard.Path}). {dashboard.Description}\n\n| panel | what it shows | metrics |\n|---|---|---|\n");
            foreach (var panel in dashboard.Panels)
            {
                var metrics = panel.Queries.SelectMany(query => query.Expression.Metrics).Select(metric => $"`{metric.Name}`").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
                text.Append(CultureInfo.InvariantCulture, $"| {panel.Title} | {panel.Description} | {string.Join("<br>", metrics)} |\n");
            }
            text.Append('\n');
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }
}
