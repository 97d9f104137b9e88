using System.Text.Json.Nodes;
using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>Writes a panel as Grafana reads it.</summary>
internal static class PanelJson
{
    public static JsonObject Of(Panel panel, int id, JsonObject place) => new()
    {
        ["id"] = id,
        ["type"] = TypeOf(panel.Kind),
        ["title"] = panel.Title,
        ["description"] = panel.Description,
        ["gridPos"] = place,
        ["datasource"] = DashboardJson.Prometheus(),
        ["fieldConfig"] = new JsonObject { ["defaults"] = Field(panel), ["overrides"] = new JsonArray() },
        ["options"] = Options(panel),
        ["targets"] = new JsonArray([.. panel.Queries.Select((query, place) => Target(panel, query, place))]),
        ["transformations"] = panel.Kind == PanelKind.Matrix ? new JsonArray(Matrix()) : new JsonArray(),
    };

    static string TypeOf(PanelKind kind) => kind switch
    {
        PanelKind.Number => "stat",
        PanelKind.Bars => "bargauge",
        PanelKind.Heatmap => "heatmap",
        PanelKind.History => "status-history",
        PanelKind.Matrix => "table",
        _ => "timeseries",
    };

    static JsonObject Target(Panel panel, Query query, int place) => new()
    {
        ["refId"] = ((char)('A' + place)).ToString(),
        ["datasource"] = DashboardJson.Prometheus(),
        ["editorMode"] = "code",
        ["expr"] = query.Expression.Text,
        ["legendFormat"] = query.Legend,
        ["instant"] = IsInstant(panel.Kind),
        ["range"] = !IsInstant(panel.Kind),
        ["exemplar"] = query.HasExemplars,
        ["format"] = panel.Kind switch { PanelKind.Heatmap => "heatmap", PanelKind.Matrix => "table", _ => "time_series" },
    };

    static bool IsInstant(PanelKind kind) => kind is PanelKind.Bars or PanelKind.Matrix;

    static JsonObject Field(Panel panel)
    {
        var field = new JsonObject
        {
            ["unit"] = panel.Unit,
            ["min"] = 0,
            ["color"] = new JsonObject { ["mode"] = ColorOf(panel) },
            ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = Steps(panel) },
        };
        if (Custom(panel) is { } custom)
            field["custom"] = custom;
        return field;
    }

    static string ColorOf(Panel panel) => panel.Kind switch
    {
        PanelKind.History or PanelKind.Matrix => "continuous-GrYlRd",
        PanelKind.Number or PanelKind.Bars => "thresholds",
        _ => "palette-classic",
    };

    static JsonArray Steps(Panel panel)
    {
        var steps = new JsonArray(new JsonObject { ["color"] = "green", ["value"] = null });
        if (panel.BadFrom is { } bad)
            steps.Add(new JsonObject { ["color"] = "red", ["value"] = bad });
        return steps;
    }

    static JsonObject? Custom(Panel panel) => panel.Kind switch
    {
        PanelKind.Lines or PanelKind.Stack => new()
        {
            ["drawStyle"] = "line",
            ["lineWidth"] = 1,
            ["fillOpacity"] = panel.Kind == PanelKind.Stack ? 40 : 5,
            ["showPoints"] = "never",
            ["spanNulls"] = false,
            ["stacking"] = new JsonObject { ["mode"] = panel.Kind == PanelKind.Stack ? "normal" : "none", ["group"] = "A" },
            ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.BadFrom is null ? "off" : "dashed" },
        },
        PanelKind.History => new() { ["fillOpacity"] = 80, ["lineWidth"] = 0 },
        PanelKind.Matrix => new() { ["align"] = "auto", ["inspect"] = false, ["cellOptions"] = new JsonObject { ["type"] = "color-background", ["mode"] = "basic" } },
        _ => null,
    };

    static JsonObject Options(Panel panel) => panel.Kind switch
    {
        PanelKind.Number => new()
        {
            ["reduceOptions"] = LastValue(),
            ["orientation"] = "auto",
            ["colorMode"] = panel.BadFrom is null ? "none" : "value",
            ["graphMode"] = "area",
            ["justifyMode"] = "auto",
            ["textMode"] = "auto",
            ["wideLayout"] = true,
            ["showPercentChange"] = false,
            ["percentChangeColorMode"] = "standard",
        },
        PanelKind.Bars => new()
        {
            ["reduceOptions"] = LastValue(),
            ["orientation"] = "horizontal",
            ["displayMode"] = "gradient",
            ["valueMode"] = "color",
            ["namePlacement"] = "auto",
            ["showUnfilled"] = true,
            ["sizing"] = "auto",
            ["minVizWidth"] = 8,
            ["minVizHeight"] = 16,
            ["maxVizHeight"] = 300,
            ["legend"] = Legend(isShown: false),
        },
        PanelKind.Heatmap => new()
        {
            ["calculate"] = false,
            ["cellGap"] = 1,
            ["color"] = new JsonObject { ["mode"] = "scheme", ["scheme"] = "Oranges", ["scale"] = "exponential", ["exponent"] = 0.5, ["fill"] = "dark-orange", ["reverse"] = false, ["steps"] = 64 },
            ["exemplars"] = new JsonObject { ["color"] = "rgba(255,0,255,0.7)" },
            ["filterValues"] = new JsonObject { ["le"] = 1e-9 },
            ["legend"] = new JsonObject { ["show"] = true },
            ["rowsFrame"] = new JsonObject { ["layout"] = "auto" },
            ["showValue"] = "never",
            ["tooltip"] = new JsonObject { ["mode"] = "single", ["showColorScale"] = false, ["yHistogram"] = false },
            ["yAxis"] = new JsonObject { ["axisPlacement"] = "left", ["reverse"] = false, ["unit"] = panel.Unit },
        },
        PanelKind.History => new() { ["showValue"] = "never", ["rowHeight"] = 0.9, ["colWidth"] = 0.9, ["legend"] = Legend(isShown: false), ["tooltip"] = new JsonObject { ["mode"] = "single", ["sort"] = "none" } },
        PanelKind.Matrix => new() { ["showHeader"] = true, ["cellHeight"] = "sm", ["frameIndex"] = 0 },
        _ => new() { ["legend"] = Legend(isShown: true), ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" } },
    };

    static JsonObject Legend(bool isShown) => new()
    {
        ["showLegend"] = isShown,
        ["displayMode"] = "list",
        ["placement"] = "bottom",
        ["calcs"] = new JsonArray(),
    };

    static JsonObject LastValue() => new() { ["calcs"] = new JsonArray("lastNotNull"), ["fields"] = "", ["values"] = false };

    static JsonObject Matrix() => new()
    {
        ["id"] = "groupingToMatrix",
        ["options"] = new JsonObject { ["rowField"] = Label.ServerId.Name, ["columnField"] = Label.ToolName.Name, ["valueField"] = "Value", ["emptyValue"] = "null" },
    };
}
