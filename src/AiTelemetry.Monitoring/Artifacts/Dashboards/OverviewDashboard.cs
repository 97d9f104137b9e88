using AiTelemetry.Catalog;
using AiTelemetry.Monitoring.Artifacts.Grafana;
using AiTelemetry.Monitoring.Artifacts.Queries;
using static AiTelemetry.Catalog.TelemetryCatalog;
using static AiTelemetry.Monitoring.Artifacts.Grafana.PanelKind;
using static AiTelemetry.Monitoring.Artifacts.Queries.Label;
using static AiTelemetry.Monitoring.Artifacts.Queries.Terms;
using Variable = AiTelemetry.Monitoring.Artifacts.Queries.Variable;

namespace AiTelemetry.Monitoring.Artifacts.Dashboards;

/// <summary>Everything at a glance, by rate, errors, duration and saturation.</summary>
internal static class OverviewDashboard
{
    public static Dashboard Make() =>
        new("overview", "AI overview", "Provider calls, tools and their measurement at a glance: rate, errors, duration, saturation.", [Variable.Provider, Variable.Model, Variable.Server],
            new("Now",
                new(Number, "Calls per second", PanelUnit.CallsPerSecond, "Provider calls.", Query.Of($"sum(rate({AllCalls.Shown()}[$__rate_interval]))")),
                new(Number, "Failed calls", PanelUnit.Share, "The share of provider calls that fail.", Query.Of($"sum(rate({FailedCalls.Shown()}[$__rate_interval])) / sum(rate({AllCalls.Shown()}[$__rate_interval]))")) { BadFrom = 0.05m },
                new(Number, "p95 latency", PanelUnit.Seconds, "95 of 100 calls end within this time.", Query.Of($"histogram_quantile(0.95, sum by ({Bound}) (rate({CallBuckets.Shown()}[$__rate_interval])))")),
                new(Number, "In flight", PanelUnit.Count, "Calls that have begun and not ended.", Query.Of($"sum({Series.Of(RequestsInFlight).Shown()})")),
                new(Number, "Cost per hour", PanelUnit.Usd, "At the pace of the moment.", Query.Of($"3600 * sum(rate({Cost.Shown()}[$__rate_interval]))")),
                new(Number, "Tokens per second", PanelUnit.PerSecond, "Prompts and completions.", Query.Of($"sum(rate({TokensUsed.Shown()}[$__rate_interval]))"))),
            new("Rate",
                new(Stack, "Calls by provider", PanelUnit.CallsPerSecond, "Provider calls per second.", Query.Of($"sum by ({Provider}) (rate({AllCalls.Shown()}[$__rate_interval]))", Provider.InLegend)) { Width = 8 },
                new(Stack, "Calls by model", PanelUnit.CallsPerSecond, "Provider calls per second.", Query.Of($"sum by ({Model}) (rate({AllCalls.Shown()}[$__rate_interval]))", Model.InLegend)) { Width = 8 },
                new(Stack, "Calls by outcome", PanelUnit.CallsPerSecond, "How calls end.", Query.Of($"sum by ({Outcome}) (rate({AllCalls.Shown()}[$__rate_interval]))", Outcome.InLegend)) { Width = 8 },
                new(Stack, "Tokens by type", PanelUnit.PerSecond, "Tokens per second.", Query.Of($"sum by ({Label.Type}) (rate({TokensUsed.Shown()}[$__rate_interval]))", Label.Type.InLegend)) { Width = 8 },
                new(Stack, "Tool calls by server", PanelUnit.CallsPerSecond, "Calls of MCP tools per second.", Query.Of($"sum by ({ServerId}) (rate({ToolCalls.Shown()}[$__rate_interval]))", ServerId.InLegend)) { Width = 8 },
                new(Stack, "Cost per hour by provider", PanelUnit.Usd, "What an hour costs.", Query.Of($"3600 * sum by ({Provider}) (rate({Cost.Shown()}[$__rate_interval]))", Provider.InLegend)) { Width = 8 }),
            new("Errors",
                new(Lines, "Failed calls by provider", PanelUnit.Share, "The share of calls that fail. What the app cancelled itself is none.",
                    Query.Of($"sum by ({Provider}) (rate({FailedCalls.Shown()}[$__rate_interval])) / sum by ({Provider}) (rate({AllCalls.Shown()}[$__rate_interval]))", Provider.InLegend))
                { Width = 8, BadFrom = 0.05m },
                new(Stack, "Errors by type", PanelUnit.PerSecond, "Calls per second that did not succeed.", Query.Of($"sum by ({ErrorType}) (rate({Series.Of(Errors).Shown()}[$__rate_interval]))", ErrorType.InLegend)) { Width = 8 },
                new(Lines, "Failed tool calls by server", PanelUnit.Share, "The share of tool calls that fail.",
                    Query.Of($"sum by ({ServerId}) (rate({FailedTools.Shown()}[$__rate_interval])) / sum by ({ServerId}) (rate({ToolCalls.Shown()}[$__rate_interval]))", ServerId.InLegend))
                { Width = 8 },
                new(Lines, "Calls without usage", PanelUnit.PerSecond, "Their tokens and cost are unknown, and in no sum.", Query.Of($"sum by ({Reason}) (rate({Series.Of(CallsWithoutUsage).Shown()}[$__rate_interval]))", Reason.InLegend)) { Width = 8 },
                new(Lines, "Faults of the measuring", PanelUnit.PerSecond, "Faults of AiTelemetry itself that were kept from the app, by where they happened. Any is worth a report.",
                    Query.Of($"sum by ({Door}) (rate({Series.Of(InternalFaults)}[$__rate_interval]))", Door.InLegend))
                { Width = 8 },
                new(Lines, "Counts that contradict each other", PanelUnit.PerSecond, "Calls whose reported usage was refused as impossible, or does not add up.",
                    Query.Of($"sum by ({Kind}) (rate({Series.Of(TelemetryCatalog.UsageAnomalies).Shown()}[$__rate_interval]))", Kind.InLegend))
                { Width = 8 }),
            new("Duration",
                new(Lines, "Latency of calls", PanelUnit.Seconds, "The median, the slowest twentieth and the slowest hundredth. Points are single calls; they lead to their traces.",
                    Query.Of($"histogram_quantile(0.5, sum by ({Bound}) (rate({CallBuckets.Shown()}[$__rate_interval])))", "p50"),
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}) (rate({CallBuckets.Shown()}[$__rate_interval])))", "p95") with { HasExemplars = true },
                    Query.Of($"histogram_quantile(0.99, sum by ({Bound}) (rate({CallBuckets.Shown()}[$__rate_interval])))", "p99"))
                { Width = 8 },
                new(Lines, "Time to first token, p95", PanelUnit.Seconds, "How long readers of a stream wait.",
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {Provider}) (rate({Series.BucketsOf(TimeToFirstToken).Shown()}[$__rate_interval])))", Provider.InLegend))
                { Width = 8 },
                new(Lines, "Tool time, p95", PanelUnit.Seconds, "95 of 100 tool calls end within this time.",
                    Query.Of($"histogram_quantile(0.95, sum by ({Bound}, {ServerId}) (rate({ToolBuckets.Shown()}[$__rate_interval])))", ServerId.InLegend))
                { Width = 8 }),
            new("Saturation",
                new(Stack, "Calls in flight", PanelUnit.Count, "Calls that have begun and not ended: rising while the rate is even means slower answers.", Query.Of($"sum by ({Provider}) ({Series.Of(RequestsInFlight).Shown()})", Provider.InLegend)) { Width = 8 },
                new(Lines, "Tightest rate limit", PanelUnit.Share, "The smallest share that is left of any limit of a provider.",
                    Query.Of($"min by ({Provider}) ({Series.Of(RateLimitRemaining).Shown()} / {Series.Of(RateLimitLimit).Shown()})", Provider.InLegend))
                { Width = 8 },
                new(Lines, "Rate limit is whole again in", PanelUnit.Seconds, "The longest time until a limit of the provider is whole again, as its last headers said.",
                    Query.Of($"max by ({Provider}) ({Series.Of(RateLimitReset).Shown()})", Provider.InLegend))
                { Width = 8 },
                new(Lines, "Tool connections", PanelUnit.Count, "Open connections to MCP servers.", Query.Of($"sum by ({ServerId}) ({Series.Of(ServerConnections).Shown()})", ServerId.InLegend)) { Width = 8 },
                new(Lines, "Ledger backlog", PanelUnit.Count, "Usage records handed over and not yet durable.", Query.Of($"sum({Series.Of(PersistQueue)})", "records")) { Width = 8 },
                new(Lines, "Hosts by version", PanelUnit.Count, "Which AiTelemetry runs on which .NET, and how many.", Query.Of($"sum by ({Label.Version}, {DotnetVersion}) ({Series.Of(ServiceInfo)})", Label.Version.InLegend + " on .NET " + DotnetVersion.InLegend)) { Width = 8 }));
}
