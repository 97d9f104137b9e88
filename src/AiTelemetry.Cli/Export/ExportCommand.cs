using System.Globalization;
using AiTelemetry.Monitoring;

namespace AiTelemetry.Cli.Export;

/// <summary><c>aitel export</c>: writes dashboards, rules and configurations into a folder.</summary>
internal sealed class ExportCommand : Command
{
    public override string Name => "export";

    public override string Summary => "Writes Grafana dashboards, Prometheus rules, a collector's configuration and their documents.";

    public override string Usage => """
        usage: aitel export WHAT... --out DIR [OPTIONS]

        WHAT is one or more of
          dashboards   Grafana dashboards, and how to provision them
          rules        Prometheus rules, prometheus.yml, and an example for Alertmanager
          collector    a configuration of the OpenTelemetry Collector, and a systemd unit for a host
          docs         RUNBOOKS.md and DASHBOARDS.md
          all          all of them

        Files that are there already are written anew.

          --out DIR            Where to write; made if it is not there.
          --job NAME           The job under which Prometheus scrapes the hosts (default aitelemetry).
          --runbooks ADDRESS   Where RUNBOOKS.md is to be read, for the links in alerts (default RUNBOOKS.md).
          --window SECONDS     How far rates and percentiles look back (default 300).
          --hold-for SECONDS   How long a condition must hold before its alert fires (default: each alert has its own).

        Thresholds of the alerts:

        """ + string.Concat(Threshold.All.Select(threshold => $"  {$"--{threshold.Option} N",-32} {threshold.Meaning} (default {threshold.Shown(new())})\n"));

    public override int Run(string[] args, TextWriter output, TextWriter errors)
    {
        var (kinds, folder, thresholds) = Parse(args);
        try
        {
            foreach (var file in MonitoringArtifacts.Make(thresholds).Where(file => kinds.Contains(file.Kind)))
            {
                var path = Path.Combine(folder, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Text);
                output.WriteLine(path);
            }
            return 0;
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"aitel export: {e.Message}");
            return 1;
        }
    }

    static (ArtifactKind[] Kinds, string Folder, AlertThresholds Thresholds) Parse(string[] args)
    {
        var kinds = new List<ArtifactKind>();
        var thresholds = new AlertThresholds();
        string? folder = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                kinds.AddRange(Kinds(args[i]));
                continue;
            }
            var option = args[i];
            if (++i == args.Length)
                throw new UsageException($"{option} needs a value.");
            if (option == "--out")
                folder = args[i];
            else
                thresholds = With(thresholds, option, args[i]);
        }
        if (kinds.Count == 0)
            throw new UsageException("say what to write: dashboards, rules, collector, docs or all.");
        return ([.. kinds], folder ?? throw new UsageException("--out DIR is missing."), thresholds);
    }

    static ArtifactKind[] Kinds(string word) => word switch
    {
        "all" => Enum.GetValues<ArtifactKind>(),
        "dashboards" => [ArtifactKind.Dashboards],
        "rules" => [ArtifactKind.Rules],
        "collector" => [ArtifactKind.Collector],
        "docs" => [ArtifactKind.Docs],
        _ => throw new UsageException($"'{word}' is not known; known are dashboards, rules, collector, docs and all."),
    };

    static AlertThresholds With(AlertThresholds thresholds, string option, string value) => option switch
    {
        "--job" => thresholds with { Job = value },
        "--runbooks" => thresholds with { RunbookAddress = value },
        "--window" => thresholds with { Window = Seconds(option, value) },
        "--hold-for" => thresholds with { HoldFor = Seconds(option, value) },
        _ when Array.Find(Threshold.All, threshold => option == "--" + threshold.Option) is { } threshold => threshold.Set(thresholds, Number(option, value)),
        _ => throw new UsageException($"'{option}' is not known."),
    };

    static TimeSpan Seconds(string option, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : throw new UsageException($"{option} '{value}' is no number of seconds.");

    static decimal Number(string option, string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"{option} '{value}' is no number.");
}
