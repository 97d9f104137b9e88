using AiTelemetry.Tests.Shared;
using Variable = AiTelemetry.Monitoring.Artifacts.Queries.Variable;

namespace AiTelemetry.Monitoring.Tests.Live;

/// <summary>Every query of every panel and rule, asked of a real Prometheus that watches an app under load: each has an answer.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public class LiveQueriesTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Rates over a quarter of a minute, as the app runs no longer than a minute or two.</summary>
    static readonly AlertThresholds Quick = new() { Window = TimeSpan.FromSeconds(15), HoldFor = TimeSpan.Zero };

    [ComponentFact("prometheus")]
    public async Task Every_query_of_every_panel_and_rule_answers_under_load()
    {
        await using var app = await LiveHost.StartAsync();
        await using var prometheus = await MonitoringPrometheus.StartAsync(Quick, null, app.Target);
        var waiting = MonitoringArtifacts.QueriesOf(Quick).ToDictionary(query => query, _ => "");

        using var limit = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (waiting.Count > 0 && !limit.IsCancellationRequested)
        {
            foreach (var query in waiting.Keys.ToArray())
            {
                var values = await prometheus.QueryAsync(Asked(query.Expression.Text));
                if (Array.Exists(values, double.IsFinite))
                    waiting.Remove(query);
                else
                    waiting[query] = values.Length == 0 ? "no series" : string.Join(", ", values);
            }
            if (waiting.Count > 0)
                await tick.WaitForNextTickAsync();
        }

        Assert.True(waiting.Count == 0, $"Without an answer after {Patience}:\n{string.Join("\n", waiting.Select(query => $"{query.Key}: {query.Value}"))}");
        await ExpectHealthyRulesAsync(prometheus);
        await ExpectChoicesAsync(prometheus);
    }

    static async Task ExpectHealthyRulesAsync(MonitoringPrometheus prometheus)
    {
        var groups = (await prometheus.GetAsync("rules")).GetProperty("groups").EnumerateArray();
        foreach (var rule in groups.SelectMany(group => group.GetProperty("rules").EnumerateArray()))
            Assert.True(rule.GetProperty("health").GetString() == "ok", rule.ToString());
    }

    static async Task ExpectChoicesAsync(MonitoringPrometheus prometheus)
    {
        foreach (var variable in Variable.All)
        {
            var values = await prometheus.GetAsync($"label/{variable.Label.Name}/values?match[]={Uri.EscapeDataString(variable.Source.Text)}");
            Assert.True(values.GetArrayLength() > 0, $"Nothing to choose for {variable.Name}.");
        }
    }

    /// <summary>The query with Grafana's variables filled in.</summary>
    static string Asked(string query) => Variable.All
        .Aggregate(query, (text, variable) => text.Replace($"\"${variable.Name}\"", "\".*\"", StringComparison.Ordinal))
        .Replace("$__rate_interval", "15s", StringComparison.Ordinal)
        .Replace("$__range", "5m", StringComparison.Ordinal);
}
