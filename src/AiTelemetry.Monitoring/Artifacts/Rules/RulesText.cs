using System.Text;
using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Rules;

/// <summary>Writes rules as Prometheus reads them.</summary>
internal static class RulesText
{
    public static string Write(AlertRules rules)
    {
        var text = new StringBuilder("# Made from AiTelemetry's metric catalogue by `aitel export rules`; change the thresholds there.\ngroups:\n");
        text.Append("  - name: aitelemetry-recorded\n    rules:\n");
        foreach (var rule in rules.Recorded)
        {
            Line(text, "      - record: ", rule.Name);
            Line(text, "        expr: ", Quoted(rule.Expression.Text));
        }
        text.Append("  - name: aitelemetry-alerts\n    rules:\n");
        foreach (var alert in rules.Alerts)
        {
            Line(text, "      - alert: ", alert.Name);
            Line(text, "        expr: ", Quoted(alert.Expression.Text));
            Line(text, "        for: ", Durations.Text(alert.For));
            Line(text, "        labels:", "");
            Line(text, "          severity: ", alert.Severity);
            Line(text, "        annotations:", "");
            Line(text, "          summary: ", Quoted(alert.Summary));
            Line(text, "          description: ", Quoted(alert.Description));
            Line(text, "          runbook_url: ", Quoted(rules.RunbookOf(alert)));
        }
        return text.ToString();
    }

    static void Line(StringBuilder text, string key, string value) => text.Append(key).Append(value).Append('\n');

    /// <summary>In single quotes, as PromQL is full of double ones; YAML doubles a single quote inside.</summary>
    static string Quoted(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
}
