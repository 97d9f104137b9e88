using AiTelemetry.Cli;
using AiTelemetry.Cli.Export;

namespace AiTelemetry.Monitoring.Tests;

/// <summary>The command <c>aitel export</c>.</summary>
public sealed class ExportCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("aitelemetry-export-").FullName;

    [Fact]
    public void Everything_is_written_as_the_artefacts_are()
    {
        var (exit, output, _) = Run("all", "--out", Path.Combine(_folder, "new"));

        Assert.Equal(0, exit);
        var files = MonitoringArtifacts.Make();
        Assert.All(files, file => Assert.Equal(file.Text, File.ReadAllText(Path.Combine(_folder, "new", file.Path))));
        Assert.Equal(files.Count, output.TrimEnd('\n').Split('\n').Length);
    }

    [Theory]
    [InlineData("dashboards", "grafana/overview.json", "prometheus/aitelemetry-rules.yml")]
    [InlineData("rules", "prometheus/aitelemetry-rules.yml", "grafana/overview.json")]
    [InlineData("collector", "collector/otel-collector.yml", "RUNBOOKS.md")]
    [InlineData("docs", "RUNBOOKS.md", "collector/otel-collector.yml")]
    public void One_kind_is_written_without_the_others(string kind, string written, string other)
    {
        Assert.Equal(0, Run(kind, "--out", _folder).Exit);

        Assert.True(File.Exists(Path.Combine(_folder, written)));
        Assert.False(File.Exists(Path.Combine(_folder, other)));
    }

    [Fact]
    public void Thresholds_are_options()
    {
        Run("rules", "--out", _folder, "--daily-budget-usd", "12.5", "--hold-for", "7", "--window", "120", "--job", "shop", "--runbooks", "https://docs.example.com/r");

        var rules = File.ReadAllText(Path.Combine(_folder, "prometheus/aitelemetry-rules.yml"));
        Assert.Contains("> 12.5'", rules, StringComparison.Ordinal);
        Assert.Contains("for: 7s", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("for: 5m", rules, StringComparison.Ordinal);
        Assert.Contains("[2m]", rules, StringComparison.Ordinal);
        Assert.Contains("up{job=\"shop\"}", rules, StringComparison.Ordinal);
        Assert.Contains("'https://docs.example.com/r#ai_costbudgetexceeded'", rules, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("say what to write", "--out", "x")]
    [InlineData("--out DIR is missing", "rules")]
    [InlineData("'grafana' is not known", "grafana", "--out", "x")]
    [InlineData("'--budget' is not known", "rules", "--budget", "1")]
    [InlineData("--latency 'slow' is no number", "rules", "--out", "x", "--latency", "slow")]
    [InlineData("--latency needs a value", "rules", "--latency")]
    [InlineData("ErrorRate is 5; allowed is 0 to 1", "rules", "--out", "x", "--error-rate", "5")]
    public void Wrong_arguments_are_told(string complaint, params string[] args)
    {
        var (exit, _, errors) = Run(args);

        Assert.Equal(CommandLine.WrongUsage, exit);
        Assert.Contains(complaint, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var (exit, _, errors) = Run("docs", "--out", file);

        Assert.Equal(1, exit);
        Assert.StartsWith("aitel export: ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static (int Exit, string Output, string Errors) Run(params string[] args)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        return (CommandLine.Run([new ExportCommand()], ["export", .. args], output, errors), output.ToString(), errors.ToString());
    }
}
