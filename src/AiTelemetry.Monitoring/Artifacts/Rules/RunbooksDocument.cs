using System.Globalization;
using System.Text;
using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Rules;

/// <summary>Writes RUNBOOKS.md: a chapter per alert.</summary>
internal static class RunbooksDocument
{
    const string Head = """
        # Runbooks

        What each alert of AiTelemetry means, how to look into it, and what to do. Made from the metric catalogue, with the rules themselves, by `aitel export docs`.
        Dashboards are those of [DASHBOARDS.md](DASHBOARDS.md).


        """;

    public static string Write(AlertRules rules, AlertThresholds thresholds)
    {
        var text = new StringBuilder(Head);
        text.Append("| alert | severity | fires |\n|---|---|---|\n");
        foreach (var alert in rules.Alerts)
            text.Append(CultureInfo.InvariantCulture, $"| [{alert.Name}](#{alert.Anchor}) | {alert.Severity} | {Held(alert)} |\n");
        text.Append('\n');
        foreach (var alert in rules.Alerts)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {alert.Name}\n\n**What it means.** {alert.Meaning} Fires {Held(alert)} ({alert.Severity}).\n\n");
            text.Append(CultureInfo.InvariantCulture, $"```promql\n{alert.Expression}\n```\n\n");
            foreach (var rule in alert.Expression.Recorded)
                text.Append(CultureInfo.InvariantCulture, $"`{rule.Name}` is recorded:\n\n```promql\n{rule.Expression}\n```\n\n");
            text.Append(CultureInfo.InvariantCulture, $"Metrics: {string.Join(", ", alert.Expression.Metrics.Select(metric => $"`{metric.Name}`").Order(StringComparer.Ordinal).DefaultIfEmpty("Prometheus' own `up`"))}.\n\n");
            List(text, "How to look", alert.Look);
            List(text, "What to do", alert.Act);
        }
        text.Append("## Thresholds\n\nOptions of `aitel export`, and properties of `AlertThresholds`.\n\n| option | here | meaning |\n|---|---|---|\n");
        foreach (var threshold in Threshold.All)
            text.Append(CultureInfo.InvariantCulture, $"| `--{threshold.Option}` | {threshold.Shown(thresholds)} | {threshold.Meaning} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| `--window` | {Durations.Text(thresholds.Window)} | how far rates and percentiles look back |\n");
        text.Append(CultureInfo.InvariantCulture, $"| `--hold-for` | {(thresholds.HoldFor is { } held ? Durations.Text(held) : "as above")} | how long a condition must hold before its alert fires |\n");
        text.Append(CultureInfo.InvariantCulture, $"| `--job` | {thresholds.Job} | the job under which Prometheus scrapes the hosts |\n");
        text.Append(CultureInfo.InvariantCulture, $"| `--runbooks` | {thresholds.RunbookAddress} | where this file is to be read, for the links in alerts |\n");
        return text.ToString();
    }

    static string Held(Alert alert) => alert.For == TimeSpan.Zero ? "at once" : "after " + Durations.Text(alert.For);

    static void List(StringBuilder text, string title, string[] points)
    {
        text.Append(CultureInfo.InvariantCulture, $"**{title}.**\n\n");
        foreach (var point in points)
            text.Append(CultureInfo.InvariantCulture, $"- {point}\n");
        text.Append('\n');
    }
}
