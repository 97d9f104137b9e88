using AiTelemetry.Monitoring.Artifacts.Dashboards;
using AiTelemetry.Monitoring.Artifacts.Grafana;
using AiTelemetry.Monitoring.Artifacts.Queries;
using AiTelemetry.Monitoring.Artifacts.Rules;

namespace AiTelemetry.Monitoring;

/// <summary>Everything that Grafana, Prometheus, Alertmanager and a collector need to know of AiTelemetry's metrics.</summary>
/// <remarks>
/// Made from the same catalogue as the metrics themselves: what enters are thresholds, what leaves are files. Queries take their names from the catalogue's objects
/// (<see cref="Expression"/>), so that a metric that is taken out of the catalogue breaks the build wherever it was shown or watched.
/// </remarks>
public static class MonitoringArtifacts
{
    /// <summary>Where the rules go, as prometheus.yml knows them.</summary>
    internal const string RulesPath = "prometheus/aitelemetry-rules.yml";

    static readonly (string Path, ArtifactKind Kind)[] Fixed =
    [
        ("grafana/provisioning-dashboards.yml", ArtifactKind.Dashboards),
        ("grafana/provisioning-datasources.yml", ArtifactKind.Dashboards),
        ("prometheus/prometheus.yml", ArtifactKind.Rules),
        ("alertmanager/alertmanager.yml", ArtifactKind.Rules),
        ("collector/otel-collector.yml", ArtifactKind.Collector),
        ("systemd/ai-host.service", ArtifactKind.Collector),
    ];

    /// <summary>All files, by path.</summary>
    /// <param name="thresholds">When alerts fire; the defaults where it is <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">A threshold is out of its range.</exception>
    public static IReadOnlyList<ArtifactFile> Make(AlertThresholds? thresholds = null)
    {
        thresholds ??= new();
        thresholds.Validate();
        var alerts = new AlertRules(thresholds);
        return
        [
            .. DashboardsOf(thresholds).Select(dashboard => new ArtifactFile(ArtifactKind.Dashboards, dashboard.Path, DashboardJson.Write(dashboard))),
            new(ArtifactKind.Rules, RulesPath, RulesText.Write(alerts)),
            new(ArtifactKind.Docs, "RUNBOOKS.md", RunbooksDocument.Write(alerts, thresholds)),
            new(ArtifactKind.Docs, "DASHBOARDS.md", DashboardsDocument.Write(DashboardsOf(thresholds))),
            .. Fixed.Select(file => new ArtifactFile(file.Kind, file.Path, Embedded(file.Path).Replace("JOB", thresholds.Job, StringComparison.Ordinal))),
        ];
    }

    /// <summary>Every dashboard, in the order of DASHBOARDS.md.</summary>
    internal static Dashboard[] DashboardsOf(AlertThresholds thresholds) =>
        [OverviewDashboard.Make(), LlmProvidersDashboard.Make(), CostDashboard.Make(thresholds), McpToolsDashboard.Make(), UsagePersistenceDashboard.Make()];

    /// <summary>Every query of every artefact, with where it stands.</summary>
    internal static IEnumerable<ArtifactQuery> QueriesOf(AlertThresholds thresholds)
    {
        var rules = new AlertRules(thresholds);
        return DashboardsOf(thresholds).SelectMany(dashboard => dashboard.Panels.SelectMany(panel => panel.Queries.Select(query => new ArtifactQuery(dashboard.Path, panel.Title, query.Expression))))
            .Concat(rules.Recorded.Select(rule => new ArtifactQuery(RulesPath, rule.Name, rule.Expression)))
            .Concat(rules.Alerts.Select(alert => new ArtifactQuery(RulesPath, alert.Name, alert.Value)));
    }

    static string Embedded(string path)
    {
        using var stream = typeof(MonitoringArtifacts).Assembly.GetManifestResourceStream(path) ?? throw new InvalidOperationException($"{path} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
