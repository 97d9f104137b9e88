using System.Globalization;
using System.Text.Json;
using AiTelemetry.Catalog;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>Calls of a real app, scraped by a real Prometheus: every metric of the catalogue answers with what the fake provider caused.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public class CatalogueScrapeTests
{
    [ComponentFact("prometheus")]
    public Task Every_metric_answers_with_the_value_that_the_provider_caused_over_OpenMetrics() => AskForEveryMetricAsync(openMetrics: true);

    [ComponentFact("prometheus")]
    public Task Every_metric_answers_with_the_value_that_the_provider_caused_over_text() => AskForEveryMetricAsync(openMetrics: false);

    [ComponentFact("prometheus")]
    public async Task Every_exemplar_of_the_duration_leads_to_the_call_that_took_it()
    {
        await using var app = await CalledApp.StartAsync();
        using var open = await new ScriptedCalls(app).EverythingAsync();
        await using var prometheus = await PrometheusServer.StartAsync(app.Metrics, openMetrics: true);

        await prometheus.ExpectHealthyAsync();
        var found = await prometheus.AskAsync(
            "query_exemplars?query=llm_provider_request_seconds_bucket&start=2020-01-01T00:00:00Z&end=2100-01-01T00:00:00Z",
            data => data.EnumerateArray().Select(SeriesOf).Distinct().Count() == app.Records.Select(SeriesOf).Distinct().Count());

        foreach (var series in found.EnumerateArray())
        {
            foreach (var exemplar in series.GetProperty("exemplars").EnumerateArray())
            {
                var record = Assert.Single(app.Records, record => record.TraceId == exemplar.GetProperty("labels").GetProperty("trace_id").GetString());
                Assert.Equal(SeriesOf(record), SeriesOf(series));
                Assert.Equal(record.Duration.TotalSeconds, Number(exemplar.GetProperty("value")), 1e-9);
            }
        }
    }

    static async Task AskForEveryMetricAsync(bool openMetrics)
    {
        await using var app = await CalledApp.StartAsync();
        using var open = await new ScriptedCalls(app).EverythingAsync();
        await app.UseToolsAsync();
        var expected = new ExpectedMetrics(app);
        var metrics = TelemetryCatalog.Metrics.Where(metric => metric.RecordedBy == "calls").Select(metric => metric.Name).ToArray();
        Assert.DoesNotContain(metrics, metric => !expected.Of(metric).Any());
        await using var prometheus = await PrometheusServer.StartAsync(app.Metrics, openMetrics);
        await prometheus.ExpectHealthyAsync();

        foreach (var expectation in metrics.SelectMany(expected.Of))
        {
            try
            {
                await prometheus.AskAsync("query?query=" + Uri.EscapeDataString(expectation.Query), data => expectation.IsMetBy(Answer(data, expectation.Labels)));
            }
            catch (TimeoutException late)
            {
                Assert.Fail($"{expectation}. {late.Message}");
            }
        }
    }

    static Dictionary<string, double> Answer(JsonElement data, string[] labels) => data.GetProperty("result").EnumerateArray().ToDictionary(
        series => string.Join('|', labels.Select(label => Label(series.GetProperty("metric"), label))), series => Number(series.GetProperty("value")[1]), StringComparer.Ordinal);

    static string? Label(JsonElement labels, string name) => labels.TryGetProperty(name, out var value) ? value.GetString() : null;

    static double Number(JsonElement text) => double.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    static (string?, string?, string?) SeriesOf(UsageRecord record) => (record.Provider, record.ResponseModel ?? record.RequestModel, record.Outcome);

    static (string?, string?, string?) SeriesOf(JsonElement series) =>
        series.GetProperty("seriesLabels") is var labels ? (Label(labels, "provider"), Label(labels, "model"), Label(labels, "outcome")) : default;
}
