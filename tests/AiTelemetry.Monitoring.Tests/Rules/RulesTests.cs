using System.Globalization;
using System.Text;
using AiTelemetry.Monitoring.Artifacts.Rules;
using AiTelemetry.Monitoring.Tests.Live;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Monitoring.Tests.Rules;

/// <summary>What promtool, amtool and systemd say of the files, and when each alert fires.</summary>
[Trait("Category", "Components")]
public class RulesTests
{
    static readonly IReadOnlyList<ArtifactFile> Files = MonitoringArtifacts.Make();

    [Fact]
    public void Every_alert_has_a_case_that_fires_and_one_that_does_not()
    {
        var alerts = new AlertRules(new()).Alerts.Select(alert => alert.Name).ToArray();

        Assert.Equal(alerts.Order(StringComparer.Ordinal), AlertCases.All.Where(one => one.Fires).Select(one => one.Alert).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(alerts.Order(StringComparer.Ordinal), AlertCases.All.Where(one => !one.Fires).Select(one => one.Alert).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [ComponentFact("promtool")]
    public async Task Every_alert_fires_when_it_should_and_only_then()
    {
        using var folder = new Written(Files);
        var tests = Path.Combine(folder.Path, "prometheus", "cases.yml");
        await File.WriteAllTextAsync(tests, Cases());

        var (exit, said) = await Tool.RunAsync(ComponentFactAttribute.Find("promtool"), "test", "rules", tests);

        Assert.True(exit == 0, said);
        Assert.Contains("SUCCESS", said, StringComparison.Ordinal);
    }

    [ComponentFact("promtool")]
    public async Task Promtool_accepts_rules_and_configuration()
    {
        using var folder = new Written(Files);

        var (exit, said) = await Tool.RunAsync(ComponentFactAttribute.Find("promtool"), "check", "rules", Path.Combine(folder.Path, MonitoringArtifacts.RulesPath));
        var (configExit, configSaid) = await Tool.RunAsync(ComponentFactAttribute.Find("promtool"), "check", "config", Path.Combine(folder.Path, "prometheus/prometheus.yml"));

        Assert.True(exit == 0, said);
        var rules = new AlertRules(new());
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{rules.Alerts.Count + rules.Recorded.Count} rules found"), said, StringComparison.Ordinal);
        Assert.True(configExit == 0, configSaid);
    }

    [ComponentFact("amtool")]
    public async Task Amtool_accepts_the_configuration_of_Alertmanager()
    {
        using var folder = new Written(Files);

        var (exit, said) = await Tool.RunAsync(ComponentFactAttribute.Find("amtool"), "check-config", Path.Combine(folder.Path, "alertmanager/alertmanager.yml"));

        Assert.True(exit == 0, said);
        Assert.Contains("3 receivers", said, StringComparison.Ordinal);
    }

    [ComponentFact("systemd-analyze")]
    public async Task Systemd_accepts_the_unit()
    {
        using var folder = new Written(Files);
        var unit = Path.Combine(folder.Path, "systemd/ai-host.service");
        // The programs it starts need not be on this machine.
        await File.WriteAllTextAsync(unit, (await File.ReadAllTextAsync(unit)).Replace("/usr/bin/dotnet", "/bin/true", StringComparison.Ordinal));

        var (exit, said) = await Tool.RunAsync(ComponentFactAttribute.Find("systemd-analyze"), "verify", "--man=no", unit);

        Assert.True(exit == 0, said);
        Assert.DoesNotContain("ai-host.service", said, StringComparison.Ordinal); // not even a warning
    }

    static string Cases()
    {
        var text = new StringBuilder("rule_files: [aitelemetry-rules.yml]\nevaluation_interval: 1m\ntests:\n");
        foreach (var one in AlertCases.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - name: '{one.Alert}: {one.What}'\n    interval: 1m\n    input_series:\n");
            foreach (var (series, values) in one.Series)
                text.Append(CultureInfo.InvariantCulture, $"      - series: '{series}'\n        values: '{values}'\n");
            text.Append(CultureInfo.InvariantCulture, $"    promql_expr_test:\n      - expr: 'count(ALERTS{{alertname=\"{one.Alert}\",alertstate=\"firing\"}}) or vector(0)'\n");
            text.Append(CultureInfo.InvariantCulture, $"        eval_time: {one.At}m\n        exp_samples:\n          - labels: '{{}}'\n            value: {(one.Fires ? 1 : 0)}\n");
        }
        return text.ToString();
    }

    /// <summary>Artefacts in a temporary folder.</summary>
    sealed class Written : IDisposable
    {
        readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aitelemetry-artefacts-");

        public Written(IEnumerable<ArtifactFile> files)
        {
            foreach (var file in files)
            {
                var place = System.IO.Path.Combine(Path, file.Path);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(place)!);
                File.WriteAllText(place, file.Text);
            }
        }

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
