namespace AiTelemetry.Monitoring.Tests;

/// <summary>Thresholds of one's own, as the README shows them.</summary>
public class ThresholdTests
{
    [Fact]
    public void Files_are_written_with_thresholds_of_ones_own()
    {
        var folder = Directory.CreateTempSubdirectory("aitelemetry-export-").FullName;
        try
        {
            // #region snippet-monitoring-export
            foreach (var file in MonitoringArtifacts.Make(new AlertThresholds { DailyBudgetUsd = 250, Job = "shop" }))
            {
                var path = Path.Combine(folder, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Text);
            }
            // #endregion
            Assert.Contains("> 250'", File.ReadAllText(Path.Combine(folder, "prometheus/aitelemetry-rules.yml")), StringComparison.Ordinal);
            Assert.Contains("up{job=\"shop\"}", File.ReadAllText(Path.Combine(folder, "prometheus/aitelemetry-rules.yml")), StringComparison.Ordinal);
            Assert.Contains("job_name: shop\n", File.ReadAllText(Path.Combine(folder, "prometheus/prometheus.yml")), StringComparison.Ordinal);
            Assert.Contains("\"value\": 250", File.ReadAllText(Path.Combine(folder, "grafana/cost.json")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_figure_out_of_range_is_refused_with_what_is_allowed()
    {
        Assert.Contains("ErrorRate is 2; allowed is 0 to 1", Refused(new() { ErrorRate = 2 }), StringComparison.Ordinal);
        Assert.Contains("DailyBudgetUsd is -1", Refused(new() { DailyBudgetUsd = -1 }), StringComparison.Ordinal);
        Assert.Contains("Window is 00:00:00.5", Refused(new() { Window = TimeSpan.FromMilliseconds(500) }), StringComparison.Ordinal);
        Assert.Contains("Job is 'a\"b'", Refused(new() { Job = "a\"b" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_is_shown_and_set_by_its_own_name()
    {
        foreach (var threshold in Threshold.All)
        {
            var changed = threshold.Set(new(), 0.75m);
            Assert.Equal(0.75m, threshold.Get(changed));
            Assert.Equal(0.75m, typeof(AlertThresholds).GetProperty(threshold.Name)!.GetValue(changed));
            Assert.Single(Threshold.All, other => other.Get(changed) != other.Get(new()));
        }
        Assert.Equal(typeof(AlertThresholds).GetProperties().Where(property => property.PropertyType == typeof(decimal)).Select(property => property.Name), Threshold.All.Select(threshold => threshold.Name));
    }

    static string Refused(AlertThresholds thresholds) => Assert.Throws<ArgumentException>(() => MonitoringArtifacts.Make(thresholds)).Message;
}
