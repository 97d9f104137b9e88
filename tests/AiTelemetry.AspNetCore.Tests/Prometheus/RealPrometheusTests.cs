using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiTelemetry.AspNetCore.Prometheus;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>What a real Prometheus 2.42 and its promtool make of the pages.</summary>
[Trait("Category", "Components")]
public class RealPrometheusTests
{
    [ComponentFact("prometheus")]
    public Task Prometheus_scrapes_text() => ScrapeAsync(nameof(Prometheus_scrapes_text), openMetrics: false);

    [ComponentFact("prometheus")]
    public Task Prometheus_scrapes_OpenMetrics() => ScrapeAsync(nameof(Prometheus_scrapes_OpenMetrics), openMetrics: true);

    [ComponentFact("prometheus")]
    public async Task Exemplars_lead_to_the_trace_of_the_measurement()
    {
        using var source = new ActivitySource(nameof(RealPrometheusTests));
        using var listener = new ActivityListener { ShouldListenTo = s => s == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        await using var app = await ScrapedApp.StartAsync(onPort: true);
        string trace, span;
        using (var activity = source.StartActivity("call")!)
        {
            (trace, span) = (activity.TraceId.ToHexString(), activity.SpanId.ToHexString());
            app.Meter.CreateCounter<long>("calls", "{call}").Add(1);
            app.Meter.CreateHistogram<double>("call_seconds", "s").Record(0.3);
        }

        await using var prometheus = await PrometheusServer.StartAsync(new Uri(app.Client.BaseAddress!, "/metrics"), openMetrics: true);
        foreach (var series in new[] { "calls_total", "call_seconds_bucket" })
        {
            var found = await prometheus.AskAsync($"query_exemplars?query={series}&start=2020-01-01T00:00:00Z&end=2100-01-01T00:00:00Z", d => d.GetArrayLength() > 0);
            var labels = found[0].GetProperty("exemplars")[0].GetProperty("labels");
            Assert.Equal(trace, labels.GetProperty("trace_id").GetString());
            Assert.Equal(span, labels.GetProperty("span_id").GetString());
        }
    }

    [ComponentFact("prometheus")]
    public async Task Prometheus_reads_a_worker_with_a_token()
    {
        const string Token = "token-of-the-scraper";
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.ConfigureOpenTelemetryMeterProvider(b => b.AddMeter("worker"));
        new AiTelemetryBuilder(builder.Services).AddPrometheusExporter(o => (o.ListenPort, o.BearerToken) = (0, Token));
        using var host = builder.Build();
        await host.StartAsync();
        using var meter = new Meter("worker");
        meter.CreateCounter<long>("jobs").Add(5);
        var address = host.Services.GetServices<IHostedService>().OfType<PrometheusListener>().Single().Address!;

        await using var prometheus = await PrometheusServer.StartAsync(address, openMetrics: true, Token);

        await prometheus.ExpectAsync("jobs_total", 5);
    }

    [ComponentFact("promtool")]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        await using var app = await ScrapedApp.StartAsync();
        Record(app.Meter);
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("promtool"), "check metrics")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var promtool = Process.Start(start)!;
        await promtool.StandardInput.WriteAsync(await app.ScrapeAsync());
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.Equal("", said);
        Assert.Equal(0, promtool.ExitCode);
    }

    static async Task ScrapeAsync(string name, bool openMetrics)
    {
        await using var app = await ScrapedApp.StartAsync(onPort: true, name: name);
        Record(app.Meter);
        await using var prometheus = await PrometheusServer.StartAsync(new Uri(app.Client.BaseAddress!, "/metrics"), openMetrics);

        await prometheus.ExpectHealthyAsync();
        await prometheus.ExpectAsync("llm_provider_tokens_total{type=\"prompt\"}", 42);
        await prometheus.ExpectAsync("llm_provider_tokens_total{type=\"completion\"}", 0);
        await prometheus.ExpectAsync("llm_provider_cost_usd_total", 0.0125);
        await prometheus.ExpectAsync("llm_provider_requests_in_flight", -3);
        await prometheus.ExpectAsync("prompt_cache_hit_rate", 0.75);
        await prometheus.ExpectAsync("llm_provider_request_seconds_count", 2);
        await prometheus.ExpectAsync("llm_provider_request_seconds_sum", 31);
        await prometheus.ExpectAsync("llm_provider_request_seconds_bucket{le=~\"1|1.0\"}", 1);
        await prometheus.ExpectAsync("llm_provider_request_seconds_bucket{le=\"+Inf\"}", 2);
        await prometheus.ExpectAsync("count(target_info{service_name=\"shop\",service_version=\"1.2.3\"})", 1);
        await prometheus.ExpectAsync("count(tricky_total{text=\"say \\\"hi\\\"\\nC:\\\\tmp\\\\ 🎉\",otel_scope_name=\"" + name + "\"})", 1);
        await prometheus.ExpectAsync("special{kind=\"inf\"}", double.PositiveInfinity);
        await prometheus.ExpectAsync("count(special{kind=\"nan\"} != special{kind=\"nan\"})", 1);
        await prometheus.ExpectAsync("count(invalid_total{text=~\"a.b\"})", 1);
        await prometheus.ExpectAsync("count(long_total)", 2);

        // Nothing dropped, nothing twice, and it still holds after many scrapes.
        await prometheus.ExpectAsync("scrape_samples_scraped - scrape_samples_post_metric_relabeling", 0);
        await prometheus.ExpectHealthyAsync();
        await prometheus.ExpectAsync("llm_provider_tokens_total{type=\"prompt\"}", 42);
        var metadata = await prometheus.AskAsync("metadata?metric=llm_provider_request_seconds", d => d.TryGetProperty("llm_provider_request_seconds", out _));
        var described = metadata.GetProperty("llm_provider_request_seconds")[0];
        Assert.Equal("histogram", described.GetProperty("type").GetString());
        Assert.Equal("Duration", described.GetProperty("help").GetString());
        Assert.Equal(openMetrics ? "seconds" : "", described.GetProperty("unit").GetString());
    }

    static void Record(Meter meter)
    {
        var tokens = meter.CreateCounter<long>("llm_provider_tokens_total", "{token}", "Tokens by type");
        tokens.Add(42, new("model", "gpt-4o"), new("type", "prompt"));
        tokens.Add(0, new("model", "gpt-4o"), new("type", "completion"));
        meter.CreateCounter<double>("llm_provider_cost_usd_total", "{USD}", "Cost").Add(0.0125, new KeyValuePair<string, object?>("model", "gpt-4o"));
        meter.CreateUpDownCounter<long>("llm_provider_requests_in_flight", "{request}", "Running calls").Add(-3);
        meter.CreateGauge<double>("prompt_cache_hit_rate", description: "Hits of all").Record(0.75);
        var seconds = meter.CreateHistogram("llm_provider_request_seconds", "s", "Duration", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 30] });
        seconds.Record(1);
        seconds.Record(30);
        meter.CreateCounter<long>("tricky", description: "Quotes \" and \\ and\nlines").Add(1, new KeyValuePair<string, object?>("text", "say \"hi\"\nC:\\tmp\\ 🎉"));
        var special = meter.CreateGauge<double>("special", description: "Not finite");
        special.Record(double.PositiveInfinity, new KeyValuePair<string, object?>("kind", "inf"));
        special.Record(double.NaN, new KeyValuePair<string, object?>("kind", "nan"));
        meter.CreateCounter<long>("invalid", description: "Lone surrogate and NUL").Add(1, new("text", "a\uD800b"), new("nul", "a\0b"));
        var cut = meter.CreateCounter<long>("long", description: "Values of a megabyte");
        cut.Add(1, new KeyValuePair<string, object?>("text", new string('x', 1_000_000)));
        cut.Add(1, new KeyValuePair<string, object?>("text", new string('x', 1_000_001)));
    }
}
