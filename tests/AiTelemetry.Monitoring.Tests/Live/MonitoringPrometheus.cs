using System.Globalization;
using System.Text.Json;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Monitoring.Tests.Live;

/// <summary>A real Prometheus with the exported configuration and rules, except for addresses and intervals: it scrapes and evaluates every second.</summary>
internal sealed class MonitoringPrometheus(RunningProgram program) : IAsyncDisposable
{
    public Uri Address => program.Address;

    /// <param name="alertmanager">Where alerts go, as host and port.</param>
    /// <param name="targets">What to scrape, as host and port.</param>
    public static async Task<MonitoringPrometheus> StartAsync(AlertThresholds thresholds, string? alertmanager, params string[] targets)
    {
        var files = MonitoringArtifacts.Make(thresholds);
        var rules = files.Single(file => file.Path == MonitoringArtifacts.RulesPath).Text;
        var config = files.Single(file => file.Path == "prometheus/prometheus.yml").Text
            .Replace("scrape_interval: 15s", "scrape_interval: 1s", StringComparison.Ordinal)
            .Replace("scrape_timeout: 10s", "scrape_timeout: 1s", StringComparison.Ordinal)
            .Replace("evaluation_interval: 15s", "evaluation_interval: 1s", StringComparison.Ordinal)
            .Replace("127.0.0.1:9093", alertmanager ?? "127.0.0.1:1", StringComparison.Ordinal)
            .Replace("'127.0.0.1:9464'", string.Join(", ", targets.Select(target => $"'{target}'")), StringComparison.Ordinal);
        return new(await RunningProgram.StartAsync(ComponentFactAttribute.Find("prometheus"), "-/ready", (port, folder) =>
        {
            File.WriteAllText(Path.Combine(folder, "prometheus.yml"), config);
            File.WriteAllText(Path.Combine(folder, "aitelemetry-rules.yml"), rules);
            return
            [
                $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
                "--enable-feature=exemplar-storage", "--log.level=warn",
            ];
        }));
    }

    /// <summary>The values of an instant query.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refused it.</exception>
    public async Task<double[]> QueryAsync(string query)
    {
        var data = await GetAsync("query?query=" + Uri.EscapeDataString(query));
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() == "scalar" ? [Number(result[1])] : [.. result.EnumerateArray().Select(series => Number(series.GetProperty("value")[1]))];
    }

    /// <summary>The data of an answer.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await program.Client.GetAsync(new Uri("api/v1/" + path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        return json.GetProperty("status").GetString() == "success" ? json.GetProperty("data") : throw new InvalidOperationException($"Prometheus refused {path}: {text}");
    }

    public ValueTask DisposeAsync() => program.DisposeAsync();

    static double Number(JsonElement text) => double.Parse(text.GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
