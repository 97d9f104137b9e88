using AiTelemetry.Monitoring.Artifacts.Grafana;
using AiTelemetry.Monitoring.Artifacts.Queries;
using static AiTelemetry.Catalog.TelemetryCatalog;
using static AiTelemetry.Monitoring.Artifacts.Grafana.PanelKind;
using static AiTelemetry.Monitoring.Artifacts.Queries.Label;
using static AiTelemetry.Monitoring.Artifacts.Queries.Terms;
using Variable = AiTelemetry.Monitoring.Artifacts.Queries.Variable;

namespace AiTelemetry.Monitoring.Artifacts.Dashboards;

/// <summary>How tools of MCP servers answer, what passes, and how tools are found.</summary>
internal static class McpToolsDashboard
{
    static readonly string Tool = ServerId.InLegend + " " + ToolName.InLegend;

    public static Dashboard Make()
    {
        var slow = Expression.Of($"histogram_quantile(0.95, sum by ({Bound}, {ServerId}, {ToolName}) (rate({ToolBuckets.Shown()}[$__rate_interval])))");
        return new("mcp-tools", "MCP tools", "Calls of MCP tools, by server and tool: time, errors, size; connections and look-ups.", [Variable.Server],
            new("Tools",
                new(Matrix, "p95 by server and tool", PanelUnit.Seconds, "95 of 100 calls of the tool end within this time: a row per server, a column per tool.",
                    new Query(Expression.Of($"histogram_quantile(0.95, sum by ({Bound}, {ServerId}, {ToolName}) (rate({ToolBuckets.Shown()}[$__range])))"), "")),
                new(History, "p95 over time", PanelUnit.Seconds, "The same over time: a line per tool, red where it is slow.", new Query(slow, Tool)),
                new(Heatmap, "Calls by duration", PanelUnit.Seconds, "How many calls took how long.",
                    Query.Of($"sum by ({Bound}) (increase({ToolBuckets.Shown()}[$__rate_interval]))", Bound.InLegend) with { HasExemplars = true })
                { Width = 24 },
                new(Stack, "Calls per second", PanelUnit.CallsPerSecond, "Tool calls by server and tool.", Query.Of($"sum by ({ServerId}, {ToolName}) (rate({ToolCalls.Shown()}[$__rate_interval]))", Tool)),
                new(Lines, "Outcomes", PanelUnit.CallsPerSecond, "How tool calls end, per second.", Query.Of($"sum by ({Outcome}) (rate({ToolCalls.Shown()}[$__rate_interval]))", Outcome.InLegend))),
            new("Errors",
                new(Stack, "Errors by tool", PanelUnit.PerSecond, "Failed calls per second.", Query.Of($"sum by ({ServerId}, {ToolName}) (rate({FailedTools.Shown()}[$__rate_interval]))", Tool)),
                new(Stack, "Errors by kind", PanelUnit.PerSecond, "Connection: the server went away. Validation: the call was wrong. Execution: the tool failed. Timeout: it took too long.",
                    Query.Of($"sum by ({ErrorKind}) (rate({FailedTools.Shown()}[$__rate_interval]))", ErrorKind.InLegend)),
                new(Lines, "Share of failed calls", PanelUnit.Share, "By server and tool.",
                    Query.Of($"sum by ({ServerId}, {ToolName}) (rate({FailedTools.Shown()}[$__rate_interval])) / sum by ({ServerId}, {ToolName}) (rate({ToolCalls.Shown()}[$__rate_interval]))", Tool))
                { Width = 24 }),
            new("Size",
                new(Lines, "Payload, p95", PanelUnit.Bytes, "Size of what calls a tool and of what it answers, where bytes pass (proxy and HTTP).",
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {ServerId}, {ToolName}) (rate({Series.BucketsOf(ToolRequestBytes).Shown()}[$__rate_interval])))", Tool + " asked"),
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {ServerId}, {ToolName}) (rate({Series.BucketsOf(ToolResponseBytes).Shown()}[$__rate_interval])))", Tool + " answered")),
                new(Bars, "Schema size", PanelUnit.Bytes, "What a tool's description adds to every prompt that offers it.",
                    Query.Of($"topk(20, max by ({ServerId}, {ToolName}) ({Series.Of(ToolSchemaBytes).Shown()}))", Tool))),
            new("Connections and registry",
                new(Lines, "Active connections", PanelUnit.Count, "Open connections to each server.", Query.Of($"sum by ({ServerId}) ({Series.Of(ServerConnections).Shown()})", ServerId.InLegend)),
                new(Stack, "Registry look-ups", PanelUnit.PerSecond, "Look-ups per second that found the tool at once (hit) or had to load it (miss).",
                    Query.Of($"sum by ({Outcome}) (rate({Series.CountOf(RegistryLookups)}[$__rate_interval]))", Outcome.InLegend)),
                new(Lines, "Look-up time, p99", PanelUnit.Seconds, "By hit and miss, without the load that follows a miss.",
                    Query.Of($"histogram_quantile(0.99, sum by ({Bound}, {Outcome}) (rate({Series.BucketsOf(RegistryLookups)}[$__rate_interval])))", Outcome.InLegend)),
                new(Lines, "Time to create, mean", PanelUnit.Seconds, "Mean time to create a provider client or a tool.",
                    Query.Of($"sum by ({Label.FactoryType}) (rate({Series.SumOf(FactorySeconds)}[$__range])) / sum by ({Label.FactoryType}) (rate({Series.CountOf(FactorySeconds)}[$__range]))", Label.FactoryType.InLegend))));
    }
}
