using AiTelemetry.Catalog;
using AiTelemetry.Monitoring.Artifacts.Grafana;
using AiTelemetry.Monitoring.Artifacts.Queries;
using static AiTelemetry.Catalog.TelemetryCatalog;
using static AiTelemetry.Monitoring.Artifacts.Grafana.PanelKind;
using static AiTelemetry.Monitoring.Artifacts.Queries.Label;
using static AiTelemetry.Monitoring.Artifacts.Queries.Terms;

namespace AiTelemetry.Monitoring.Artifacts.Dashboards;

/// <summary>Whether usage records become durable, and how fast.</summary>
internal static class UsagePersistenceDashboard
{
    public static Dashboard Make()
    {
        var queue = Series.Of(PersistQueue);
        return new("usage-persistence", "Usage persistence", "The usage ledger: how fast records become durable, what fails, what waits.", [],
            new("Now",
                new(Number, "Backlog", PanelUnit.Count, "Records handed over and not yet durable.", Query.Of($"sum({queue})")),
                new(Number, "Failed commits", PanelUnit.Share, "Share of commits that failed in the time shown. They are tried again.",
                    Query.Of($"sum(rate({Commits.Unless(Outcome, CallOutcomes.Success)}[$__range])) / sum(rate({Commits}[$__range])) or 0 * sum(rate({Commits}[$__range]))"))
                { BadFrom = 0.01m },
                new(Number, "Commits per second", PanelUnit.PerSecond, "Each holds all records that waited.", Query.Of($"sum(rate({Commits}[$__rate_interval]))"))),
            new("Over time",
                new(Lines, "Time until durable", PanelUnit.Seconds, "From the hand-over of a commit's oldest record to durable: the median and the slowest hundredth.",
                    Query.Of($"histogram_quantile(0.99, sum by ({Bound}) (rate({CommitBuckets}[$__rate_interval])))", "p99") with { HasExemplars = true },
                    Query.Of($"histogram_quantile(0.5, sum by ({Bound}) (rate({CommitBuckets}[$__rate_interval])))", "p50")),
                new(Stack, "Errors by type", PanelUnit.PerSecond, "Errors in keeping records, per second, by type.",
                    Query.Of($"sum by ({ErrorType}) (rate({Series.Of(PersistErrors)}[$__rate_interval]))", ErrorType.InLegend)),
                new(Lines, "Backlog by instance", PanelUnit.Count, "Records handed over and not yet durable. Growing means that the ledger is slower than the calls.",
                    Query.Of($"sum by ({Instance}) ({queue})", Instance.InLegend)),
                new(Heatmap, "Commits by duration", PanelUnit.Seconds, "How many commits took how long.", Query.Of($"sum by ({Bound}) (increase({CommitBuckets}[$__rate_interval]))", Bound.InLegend))));
    }
}
