using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>Writes a dashboard as Grafana reads it.</summary>
/// <remarks>The shapes are those of @grafana/schema 13 (schema version 42), against whose types the tests compile every dashboard.</remarks>
internal static class DashboardJson
{
    const int SchemaVersion = 42;
    const int Columns = 24;
    const string Source = "datasource";

    static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Dashboard dashboard) => new JsonObject
    {
        ["uid"] = "aitelemetry-" + dashboard.Name,
        ["title"] = dashboard.Title,
        ["description"] = dashboard.Description,
        ["tags"] = new JsonArray("aitelemetry", "llm"),
        ["schemaVersion"] = SchemaVersion,
        ["version"] = 1,
        ["editable"] = true,
        ["graphTooltip"] = 1, // the same moment in every panel
        ["time"] = new JsonObject { ["from"] = "now-6h", ["to"] = "now" },
        ["timezone"] = "browser",
        ["refresh"] = "30s",
        ["links"] = new JsonArray(new JsonObject
        {
            ["title"] = "AiTelemetry",
            ["type"] = "dashboards",
            ["tags"] = new JsonArray("aitelemetry"),
            ["asDropdown"] = true,
            ["icon"] = "external link",
            ["includeVars"] = true,
            ["keepTime"] = true,
            ["targetBlank"] = false,
            ["tooltip"] = "The other dashboards of AiTelemetry",
        }),
        ["templating"] = new JsonObject { ["list"] = Variables(dashboard) },
        ["panels"] = Panels(dashboard),
    }.ToJsonString(Written) + "\n";

    static JsonArray Variables(Dashboard dashboard)
    {
        var list = new JsonArray(new JsonObject
        {
            ["name"] = Source,
            ["label"] = "Prometheus",
            ["type"] = "datasource",
            ["query"] = "prometheus",
            ["refresh"] = 1,
        });
        foreach (var variable in dashboard.Variables)
        {
            list.Add(new JsonObject
            {
                ["name"] = variable.Name,
                ["label"] = variable.Title,
                ["type"] = "query",
                ["datasource"] = Prometheus(),
                ["query"] = new JsonObject { ["query"] = variable.Query, ["refId"] = "values" },
                ["refresh"] = 2, // with the time range: models come and go
                ["sort"] = 1,
                ["includeAll"] = true,
                ["allValue"] = ".*",
                ["multi"] = true,
                ["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" },
            });
        }
        return list;
    }

    static JsonArray Panels(Dashboard dashboard)
    {
        var panels = new JsonArray();
        var (id, top) = (0, 0);
        foreach (var row in dashboard.Rows)
        {
            panels.Add(new JsonObject
            {
                ["id"] = ++id,
                ["type"] = "row",
                ["title"] = row.Title,
                ["collapsed"] = false,
                ["gridPos"] = Place(0, top++, Columns, 1),
                ["panels"] = new JsonArray(),
            });
            var (left, height) = (0, 0);
            foreach (var panel in row.Panels)
            {
                if (left + panel.Width > Columns)
                    (left, top, height) = (0, top + height, 0);
                panels.Add(PanelJson.Of(panel, ++id, Place(left, top, panel.Width, panel.Height)));
                (left, height) = (left + panel.Width, Math.Max(height, panel.Height));
            }
            top += height;
        }
        return panels;
    }

    static JsonObject Place(int x, int y, int width, int height) => new() { ["x"] = x, ["y"] = y, ["w"] = width, ["h"] = height };

    /// <summary>The data source that the reader of the dashboard chooses.</summary>
    public static JsonObject Prometheus() => new() { ["type"] = "prometheus", ["uid"] = "${" + Source + "}" };
}
