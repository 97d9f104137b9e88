using System.Globalization;
using System.Text.Json;
using AiTelemetry.Monitoring;
using AiTelemetry.Monitoring.Tests.Live;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.EndToEnd.Tests;

/// <summary>From a call to the alert that someone reads: host, MCP proxy, Prometheus, Alertmanager and a webhook, all real.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public class WholeChainTests
{
    const string Failing = "HighProviderErrorRate";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Alerts look back a quarter of a minute and fire at once, so that one can be seen to come and go.</summary>
    static readonly AlertThresholds Quick = new() { Window = TimeSpan.FromSeconds(15), HoldFor = TimeSpan.Zero, MinimumCalls = 1 };

    [ComponentFact("prometheus", "prometheus-alertmanager", "node", MeasuredServer.Server)]
    public async Task An_alert_fires_arrives_and_resolves_while_tools_are_measured_and_the_ledger_agrees()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var alertmanager = await StartAlertmanagerAsync(receiver.Address);
        await using var host = await LiveHost.StartAsync();
        await using var server = await MeasuredServer.StartAsync();
        await using var prometheus = await MonitoringPrometheus.StartAsync(Quick, alertmanager.Address.Authority, host.Target, server.Target);

        // Tools behind the proxy: seen by Prometheus to the call.
        for (var i = 0; i < 7; i++)
            await server.EchoAsync($"message {i}");
        await UntilAsync(async () => await SumAsync(prometheus, "mcp_tool_execute_seconds_count{server_id=\"everything\",tool_name=\"echo\",outcome=\"success\"}") == 7, "seven calls of a tool");

        // Providers that fail: an alert, with what to do about it.
        await UntilAsync(() => Task.FromResult(Arrived(receiver, "firing") is not null), "the alert");
        var fired = Arrived(receiver, "firing")!.Value;
        Assert.Equal("warning", fired.GetProperty("labels").GetProperty("severity").GetString());
        Assert.StartsWith("Calls of ", fired.GetProperty("annotations").GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Contains('%', fired.GetProperty("annotations").GetProperty("description").GetString()!);
        Assert.Equal("RUNBOOKS.md#highprovidererrorrate", fired.GetProperty("annotations").GetProperty("runbook_url").GetString());

        // Providers that are well again: the end of the alert.
        host.Fails = false;
        await UntilAsync(() => Task.FromResult(Arrived(receiver, "resolved") is not null), "the end of the alert");

        // What the ledger has is what the counters counted.
        await host.StopAsync();
        await ExpectAgreementAsync(prometheus, host);
    }

    static async Task ExpectAgreementAsync(MonitoringPrometheus prometheus, LiveHost host)
    {
        var ledger = host.Services.GetRequiredService<UsageLedger>();
        var pipeline = host.Services.GetRequiredService<UsagePipeline>();
        await UntilAsync(() => Task.FromResult(pipeline.QueueSize == 0), "an empty queue");
        var now = TimeProvider.System.GetUtcNow();
        var rows = await ledger.QueryAsync(new UsageQuery
        {
            From = now.AddHours(-24),
            To = now.AddMinutes(1),
            GroupBy = [UsageDimension.Provider],
            Measures = [UsageMeasure.Calls, UsageMeasure.InputTokens, UsageMeasure.OutputTokens, UsageMeasure.CostUsd],
        });
        Assert.Equal(["anthropic", "gemini", "openai"], rows.Select(row => row.Group[0]).Order(StringComparer.Ordinal));
        foreach (var row in rows)
        {
            var provider = $"provider=\"{row.Group[0]}\"";
            await AgreesAsync($"llm_provider_request_seconds_count{{{provider}}}", row[UsageMeasure.Calls]);
            await AgreesAsync($"llm_provider_tokens_total{{{provider},type=\"prompt\"}}", row[UsageMeasure.InputTokens]);
            await AgreesAsync($"llm_provider_tokens_total{{{provider},type=\"completion\"}}", row[UsageMeasure.OutputTokens]);
            await AgreesAsync($"llm_provider_cost_usd_total{{{provider}}}", row[UsageMeasure.CostUsd]);
        }

        // Counters are doubles: they agree to twelve digits, the ledger is exact.
        async Task AgreesAsync(string series, decimal? expected)
        {
            var last = 0.0;
            await UntilAsync(
                async () => Math.Abs((last = await SumAsync(prometheus, series)) - (double)expected!.Value) <= 1e-12 * (double)expected.Value,
                string.Create(CultureInfo.InvariantCulture, $"{series}: {expected} of the ledger"), () => string.Create(CultureInfo.InvariantCulture, $"{last} in Prometheus"));
        }
    }

    static JsonElement? Arrived(AlertReceiver receiver, string status) => receiver.Alerts.Cast<JsonElement?>()
        .FirstOrDefault(alert => alert!.Value.GetProperty("status").GetString() == status && alert.Value.GetProperty("labels").GetProperty("alertname").GetString() == Failing);

    static async Task<double> SumAsync(MonitoringPrometheus prometheus, string series) => (await prometheus.QueryAsync($"sum({series})")) is [var value] ? value : double.NaN;

    /// <summary>The exported example's webhook alone, which is told at once.</summary>
    static Task<RunningProgram> StartAlertmanagerAsync(Uri webhook)
    {
        var config = $$"""
            route: { receiver: webhook, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h }
            receivers:
              - name: webhook
                webhook_configs: [ { url: '{{webhook}}', send_resolved: true } ]
            """;
        return RunningProgram.StartAsync(ComponentFactAttribute.Find("prometheus-alertmanager"), "-/ready", (port, folder) =>
        {
            File.WriteAllText(Path.Combine(folder, "alertmanager.yml"), config);
            return [$"--config.file={folder}/alertmanager.yml", $"--storage.path={folder}/data", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--cluster.listen-address="];
        });
    }

    static async Task UntilAsync(Func<Task<bool>> isTrue, string what, Func<string>? last = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!await isTrue())
        {
            Assert.False(limit.IsCancellationRequested, $"After {Patience} still without {what}. {last?.Invoke()}");
            await tick.WaitForNextTickAsync();
        }
    }
}
