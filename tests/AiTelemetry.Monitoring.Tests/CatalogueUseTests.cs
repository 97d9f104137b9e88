using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AiTelemetry.Catalog;
using AiTelemetry.Monitoring.Artifacts.Queries;
using AiTelemetry.Monitoring.Artifacts.Rules;

namespace AiTelemetry.Monitoring.Tests;

/// <summary>Dashboards and rules name what the catalogue has, and nothing else.</summary>
public partial class CatalogueUseTests
{
    static readonly ArtifactQuery[] Queries = [.. MonitoringArtifacts.QueriesOf(new())];

    [Fact]
    public void Every_metric_that_an_artefact_names_is_in_the_catalogue()
    {
        var broken = Broken(TelemetryCatalog.Metrics).ToArray();

        Assert.True(broken.Length == 0, $"Not in the catalogue, but named by:\n{string.Join("\n", broken)}");
    }

    [Fact]
    public void A_metric_that_leaves_the_catalogue_breaks_every_artefact_that_names_it()
    {
        foreach (var metric in Queries.SelectMany(query => query.Expression.Metrics).Distinct())
        {
            var users = Queries.Where(query => query.Expression.Metrics.Contains(metric)).Select(query => $"{query.Path}, {query.Place}: {metric.Name}");

            Assert.Equal(users.Order(StringComparer.Ordinal), Broken([.. TelemetryCatalog.Metrics.Where(other => other != metric)]).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Every_own_metric_of_the_catalogue_is_shown_somewhere()
    {
        var shown = Queries.SelectMany(query => query.Expression.Metrics).ToHashSet();

        Assert.Empty(TelemetryCatalog.Metrics.Where(metric => metric.Meter == TelemetryCatalog.MeterName && !shown.Contains(metric)).Select(metric => metric.Name));
    }

    [Fact]
    public void Every_label_that_a_query_names_is_one_of_each_metric_it_is_asked_of()
    {
        foreach (var query in Queries)
        {
            var unknown = query.Expression.Labels.Except(Label.OfPrometheus)
                .Where(label => !query.Expression.Metrics.All(metric => Array.Exists(metric.Tags, tag => tag.Key == label.Name)) && !IsOfAPart(query, label));
            Assert.True(!unknown.Any(), $"{query}: {string.Join(", ", unknown)}");
        }

        // The cached part of prompts is told apart by a label that the whole does not have.
        static bool IsOfAPart(ArtifactQuery query, Label label) => query.Expression.Metrics.Count > 1 && query.Expression.Metrics.Any(metric => Array.Exists(metric.Tags, tag => tag.Key == label.Name));
    }

    [Fact]
    public void No_name_stands_in_a_query_that_is_not_of_the_catalogue()
    {
        string[] words = ["sum", "by", "rate", "increase", "histogram_quantile", "topk", "min", "max", "or", "and", "on", "offset", "up", "absent", "deriv", "avg_over_time", "bool"];
        foreach (var query in Queries)
        {
            string[] known =
            [
                .. words, .. query.Expression.Labels.Select(label => label.Name), .. query.Expression.Recorded.Select(rule => rule.Name), Label.Job.Name,
                .. query.Expression.Metrics.SelectMany(metric => new[] { metric.Name, metric.Name + "_bucket", metric.Name + "_sum", metric.Name + "_count" }),
            ];
            var bare = Ignored().Replace(query.Expression.Text, " ");

            Assert.True(!Word().Matches(bare).Select(word => word.Value).Except(known, StringComparer.Ordinal).Any(), query.ToString());
        }
    }

    [Fact]
    public void The_overview_has_22_panels_or_more_by_rate_errors_duration_and_saturation()
    {
        var overview = MonitoringArtifacts.DashboardsOf(new()).Single(dashboard => dashboard.Name == "overview");

        Assert.True(overview.Panels.Count() >= 22);
        Assert.Equal(["Now", "Rate", "Errors", "Duration", "Saturation"], overview.Rows.Select(row => row.Title));
    }

    [Fact]
    public void Every_panel_says_what_it_shows_and_panels_do_not_overlap()
    {
        foreach (var dashboard in MonitoringArtifacts.DashboardsOf(new()))
        {
            Assert.Equal(dashboard.Panels.Count(), dashboard.Panels.Select(panel => panel.Title).Distinct(StringComparer.Ordinal).Count());
            Assert.All(dashboard.Panels, panel => Assert.True(panel.Description.EndsWith('.') && panel.Unit.Length > 0 && panel.Queries.Length > 0, panel.Title));
            var json = JsonNode.Parse(MonitoringArtifacts.Make().Single(file => file.Path == dashboard.Path).Text)!;
            var places = json["panels"]!.AsArray().Select(panel => (Id: (int)panel!["id"]!, X: (int)panel["gridPos"]!["x"]!, Y: (int)panel["gridPos"]!["y"]!, W: (int)panel["gridPos"]!["w"]!, H: (int)panel["gridPos"]!["h"]!)).ToArray();
            Assert.Equal(places.Length, places.Select(place => place.Id).Distinct().Count());
            Assert.All(places, place => Assert.True(place.X + place.W <= 24));
            foreach (var (one, other) in places.SelectMany(one => places.Where(other => other.Id > one.Id).Select(other => (one, other))))
                Assert.False(one.X < other.X + other.W && other.X < one.X + one.W && one.Y < other.Y + other.H && other.Y < one.Y + one.H, $"{dashboard.Name}: {one} {other}");
        }
    }

    [Fact]
    public void Every_alert_leads_to_its_chapter_of_the_runbooks_and_every_panel_they_name_exists()
    {
        var files = MonitoringArtifacts.Make(new() { RunbookAddress = "https://docs.example.com/RUNBOOKS.md" });
        var runbooks = files.Single(file => file.Path == "RUNBOOKS.md").Text;
        var titles = MonitoringArtifacts.DashboardsOf(new()).SelectMany(dashboard => dashboard.Panels).Select(panel => panel.Title).ToHashSet(StringComparer.Ordinal);
        foreach (var alert in new AlertRules(new()).Alerts)
        {
            Assert.Contains($"\n## {alert.Name}\n", runbooks, StringComparison.Ordinal);
            Assert.Contains($"'https://docs.example.com/RUNBOOKS.md#{alert.Name.ToLowerInvariant()}'", files.Single(file => file.Path == MonitoringArtifacts.RulesPath).Text, StringComparison.Ordinal);
            Assert.All(alert.Look.SelectMany(step => Quoted().Matches(step)).Select(title => title.Groups["title"].Value), title => Assert.True(titles.Contains(title), $"{alert.Name}: no panel \"{title}\""));
        }
    }

    [Fact]
    public void The_collector_uses_what_it_declares_and_declares_what_it_uses()
    {
        var text = MonitoringArtifacts.Make().Single(file => file.Path == "collector/otel-collector.yml").Text;
        var sections = Section().Matches(text).ToDictionary(section => section.Groups["name"].Value, section => section.Groups["body"].Value, StringComparer.Ordinal);
        foreach (var kind in new[] { "receivers", "processors", "exporters", "extensions" })
        {
            var declared = Component().Matches(sections[kind]).Select(component => component.Groups["name"].Value);
            var used = Regex.Matches(sections["service"], kind + @": \[(.*)\]", RegexOptions.None, TimeSpan.FromSeconds(5)).SelectMany(list => list.Groups[1].Value.Split(", ")).Distinct(StringComparer.Ordinal);
            Assert.Equal(declared.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
        }
        Assert.Contains("storage: file_storage/queue", sections["exporters"], StringComparison.Ordinal);
        Assert.DoesNotContain("processors: [batch", sections["service"], StringComparison.Ordinal); // the limiter goes first
    }

    /// <summary>What would name a metric that is not there.</summary>
    static IEnumerable<string> Broken(MetricDefinition[] catalogue) =>
        Queries.SelectMany(query => query.Expression.Metrics.Except(catalogue).Select(metric => $"{query.Path}, {query.Place}: {metric.Name}"));

    [GeneratedRegex("""
        "[^"]*"|\[[^\]]*\]|\b\d[\d.]*[smhd]?\b
        """, RegexOptions.None, 5000)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"[A-Za-z_][\w:]*", RegexOptions.None, 5000)]
    private static partial Regex Word();

    [GeneratedRegex("\"(?<title>[^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(?<name>\w+):\n(?<body>(?:  .*\n|\n|#.*\n)*)", RegexOptions.Multiline, 5000)]
    private static partial Regex Section();

    [GeneratedRegex(@"^  (?<name>[\w/]+):", RegexOptions.Multiline, 5000)]
    private static partial Regex Component();
}
