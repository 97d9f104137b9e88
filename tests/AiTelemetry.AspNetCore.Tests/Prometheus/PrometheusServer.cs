using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>A real Prometheus on a loopback port that scrapes one target; its data lives in a temporary folder.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    readonly Process _process;
    readonly DirectoryInfo _folder;
    readonly HttpClient _client;

    PrometheusServer(Process process, DirectoryInfo folder, Uri address)
    {
        _process = process;
        _folder = folder;
        _client = new HttpClient { BaseAddress = address };
    }

    /// <param name="target">Where to scrape.</param>
    /// <param name="openMetrics">Prometheus 2.42 always prefers OpenMetrics; <see langword="false"/> adds <c>?format=text</c>, for which the app of the test takes text.</param>
    /// <param name="token">The bearer token to send.</param>
    public static async Task<PrometheusServer> StartAsync(Uri target, bool openMetrics, string? token = null)
    {
        var folder = Directory.CreateTempSubdirectory("aitelemetry-prometheus-");
        var config = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms }
            scrape_configs:
              - job_name: app
                metrics_path: {{target.AbsolutePath}}
                params: { format: ["{{(openMetrics ? "any" : "text")}}"] }
                {{(token is null ? "" : "authorization: { credentials: " + token + " }")}}
                static_configs: [ { targets: ["{{target.Authority}}"] } ]
            """);
        var port = FreePort();
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("prometheus"))
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--enable-feature=exemplar-storage", "--log.level=warn",
            },
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new PrometheusServer(process, folder, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
    }

    /// <summary>Asks until the answer holds something, half a minute at most.</summary>
    public async Task<JsonElement> AskAsync(string path, Func<JsonElement, bool> enough)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var last = "nothing";
        try
        {
            while (await tick.WaitForNextTickAsync(limit.Token))
            {
                try
                {
                    last = await _client.GetStringAsync(new Uri("api/v1/" + path, UriKind.Relative), limit.Token);
                    var answer = JsonSerializer.Deserialize<JsonElement>(last).GetProperty("data");
                    if (enough(answer))
                        return answer;
                }
                catch (HttpRequestException starting)
                {
                    last = starting.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with the last answer.
        }

        throw new TimeoutException($"Prometheus did not answer {path} as expected within 30 s; the last answer was: {last}");
    }

    /// <summary>The value of an instant query with one result, once it is <paramref name="expected"/>.</summary>
    public async Task ExpectAsync(string query, double expected) =>
        await AskAsync(
            "query?query=" + Uri.EscapeDataString(query),
            data => data.GetProperty("result") is var result && result.GetArrayLength() == 1
                && double.Parse(result[0].GetProperty("value")[1].GetString()!.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture) is var value
                && (value.Equals(expected) || Math.Abs(value - expected) < 1e-9));

    /// <summary>Waits for scrapes that succeed, several in a row, without a word from Prometheus.</summary>
    public async Task ExpectHealthyAsync()
    {
        await AskAsync("targets", d => d.GetProperty("activeTargets") is var t && t.GetArrayLength() == 1
            && t[0].GetProperty("health").GetString() == "up" && t[0].GetProperty("lastError").GetString() == "");
        await ExpectAsync("(count_over_time(up[1m]) >= bool 4) * min_over_time(up[2s])", 1);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
