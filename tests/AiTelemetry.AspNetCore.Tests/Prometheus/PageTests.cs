using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using AiTelemetry.Tests.Shared;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>One snapshot of the whole page per case.</summary>
public partial class PageTests
{
    const string OpenMetrics = "application/openmetrics-text";

    [Fact]
    public async Task Every_kind_of_instrument_comes_out_in_both_formats()
    {
        await using var app = await ScrapedApp.StartAsync();
        var meter = app.Meter;
        meter.CreateCounter<long>("llm_provider_tokens_total", "{token}", "Tokens by type").Add(42, new("model", "gpt-4o"), new("type", "prompt"));
        meter.CreateCounter<double>("llm_provider_cost_usd_total", "{USD}", "Cost").Add(0.0125, new KeyValuePair<string, object?>("model", "gpt-4o"));
        meter.CreateUpDownCounter<long>("llm_provider_requests_in_flight", "{request}", "Running calls").Add(-3);
        meter.CreateUpDownCounter<double>("cost_savings_usd", "{USD}").Add(1.5);
        meter.CreateGauge<long>("prompt_cache_size", "{entry}").Record(7);
        meter.CreateGauge<double>("prompt_cache_hit_rate").Record(0.75);
        meter.CreateObservableCounter("pages.read", () => 5L, "{page}");
        meter.CreateObservableUpDownCounter("queue_depth", () => 4.5, "{item}");
        meter.CreateObservableGauge("room.temperature", () => 21.5, "Cel");
        var seconds = meter.CreateHistogram("llm_provider_request_seconds", "s", "Duration", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 30] });
        seconds.Record(0.05, new KeyValuePair<string, object?>("outcome", "success"));
        seconds.Record(0.7, new KeyValuePair<string, object?>("outcome", "success"));
        seconds.Record(99, new KeyValuePair<string, object?>("outcome", "error"));

        Snapshot.Match(await app.ScrapeAsync(), "text");
        Snapshot.Match(await app.ScrapeAsync(OpenMetrics), "openmetrics");
    }

    [Fact]
    public async Task Labels_and_help_are_escaped_and_made_valid()
    {
        await using var app = await ScrapedApp.StartAsync();
        var counter = app.Meter.CreateCounter<long>("tricky", description: "back\\slash \"quote\"\nline");
        counter.Add(1, new KeyValuePair<string, object?>("quotes", "say \"hi\""));
        counter.Add(2, new KeyValuePair<string, object?>("newline", "a\nb\r\nc"));
        counter.Add(3, new KeyValuePair<string, object?>("backslash", @"C:\tmp\"));
        counter.Add(4, new KeyValuePair<string, object?>("lone surrogate", "a\uD800b"));
        counter.Add(5, new KeyValuePair<string, object?>("nul", "a\0b"));
        counter.Add(6, new KeyValuePair<string, object?>("emoji", "日本 🎉"));
        counter.Add(7, new KeyValuePair<string, object?>("0digit..dots", "x"));
        counter.Add(8, new KeyValuePair<string, object?>("", "empty key"));
        counter.Add(9, new KeyValuePair<string, object?>("null", null));
        counter.Add(10, new("bool", true), new("int", 5), new("double", 0.5), new("array", new[] { "a", "b\"" }));
        counter.Add(11, new KeyValuePair<string, object?>("long", new string('x', 1_000_000)));
        counter.Add(12, new KeyValuePair<string, object?>("long", new string('x', 1_000_001)));
        counter.Add(13, new KeyValuePair<string, object?>("throws", new Unprintable()));

        Snapshot.Match(await app.ScrapeAsync(), "text");
        Snapshot.Match(await app.ScrapeAsync(OpenMetrics), "openmetrics");
        Assert.Single(app.Log.Lines, l => l.Contains("Unprintable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_that_become_one_label_are_joined_in_key_order()
    {
        await using var app = await ScrapedApp.StartAsync();
        var counter = app.Meter.CreateCounter<long>("joined");
        counter.Add(1, new("error_type", "second"), new("error.type", "first"), new("other", "x"));
        app.Meter.CreateHistogram<double>("joined_histogram", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] })
            .Record(0.5, new KeyValuePair<string, object?>("le", "mine"));

        Snapshot.Match(await app.ScrapeAsync());
    }

    [Fact]
    public async Task Exemplars_stand_behind_counters_and_buckets_in_openmetrics_only()
    {
        using var source = new ActivitySource(nameof(Exemplars_stand_behind_counters_and_buckets_in_openmetrics_only));
        using var listener = new ActivityListener { ShouldListenTo = s => s == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        await using var app = await ScrapedApp.StartAsync();
        var calls = app.Meter.CreateCounter<long>("calls", "{call}");
        var cost = app.Meter.CreateCounter<double>("cost_usd", "{USD}");
        var gauge = app.Meter.CreateUpDownCounter<long>("in_flight", "{call}");
        var seconds = app.Meter.CreateHistogram("call_seconds", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 5] });
        string traceId;
        using (var activity = source.StartActivity("call")!)
        {
            traceId = activity.TraceId.ToHexString();
            calls.Add(1);
            cost.Add(0.25);
            gauge.Add(1);
            seconds.Record(0.4);
            seconds.Record(7);
        }

        calls.Add(1);
        seconds.Record(0.9);
        var page = await app.ScrapeAsync(OpenMetrics);
        Assert.Contains(traceId, page, StringComparison.Ordinal);
        Snapshot.Match(WithoutChance(page), "openmetrics");
        Snapshot.Match(await app.ScrapeAsync(), "text");
    }

    [Fact]
    public async Task Zero_and_special_values_are_printed()
    {
        await using var app = await ScrapedApp.StartAsync();
        app.Meter.CreateCounter<long>("zero").Add(0, new KeyValuePair<string, object?>("outcome", "error"));
        app.Meter.CreateCounter<double>("zero_double").Add(0);
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, 1e-300, 123456789012345678, -0.0, 0.1 + 0.2 })
            app.Meter.CreateGauge<double>("special").Record(value, new KeyValuePair<string, object?>("value", value.ToString(CultureInfo.InvariantCulture)));
        app.Meter.CreateGauge<long>("largest").Record(long.MaxValue);
        app.Meter.CreateGauge<long>("smallest").Record(long.MinValue);
        var histogram = app.Meter.CreateHistogram("odd", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [-1, 0, 0.000001, 1e20] });
        histogram.Record(-5);
        histogram.Record(double.PositiveInfinity);
        app.Meter.CreateHistogram("no_buckets", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [] }).Record(3);

        Snapshot.Match(await app.ScrapeAsync(), "text");
        Snapshot.Match(await app.ScrapeAsync(OpenMetrics), "openmetrics");
    }

    [Fact]
    public async Task Series_beyond_the_limit_of_the_SDK_are_one_overflow_series()
    {
        await using var app = await ScrapedApp.StartAsync(metrics: m => m.AddView("many", new MetricStreamConfiguration { CardinalityLimit = 3 }));
        var counter = app.Meter.CreateCounter<long>("many");
        for (var i = 0; i < 10; i++)
            counter.Add(1, new KeyValuePair<string, object?>("user", $"u{i}"));

        Snapshot.Match(await app.ScrapeAsync());
    }

    [Fact]
    public async Task Target_and_scope_labels_can_be_switched_off()
    {
        await using var app = await ScrapedApp.StartAsync(o =>
        {
            o.TargetInfo = false;
            o.ScopeLabels = false;
        });
        app.Meter.CreateCounter<long>("bare").Add(1);
        app.Meter.CreateCounter<long>("labelled").Add(1, new KeyValuePair<string, object?>("a", "b"));

        Snapshot.Match(await app.ScrapeAsync());
    }

    [Fact]
    public async Task The_scope_comes_with_version_schema_and_tags()
    {
        await using var app = await ScrapedApp.StartAsync();
        using var meter = new Meter(new MeterOptions(nameof(The_scope_comes_with_version_schema_and_tags))
        {
            Version = "4.5",
            TelemetrySchemaUrl = "https://opentelemetry.io/schemas/1.41.1",
            Tags = [new("team.name", "search"), new("name", "must not overwrite")],
        });
        meter.CreateCounter<long>("scoped").Add(1);

        Snapshot.Match(await app.ScrapeAsync());
    }

    [Fact]
    public async Task Instruments_of_two_meters_with_one_name_share_one_family()
    {
        await using var app = await ScrapedApp.StartAsync(metrics: m => m.AddMeter("second meter"));
        using var second = new Meter("second meter");
        app.Meter.CreateCounter<long>("shared.calls", description: "first help").Add(1);
        app.Meter.CreateCounter<long>("between").Add(1);
        second.CreateCounter<long>("shared_calls", description: "other help").Add(2);

        Snapshot.Match(await app.ScrapeAsync());
    }

    [Fact]
    public async Task Without_scope_labels_the_first_of_two_equal_series_is_shown_and_it_is_said_once()
    {
        await using var app = await ScrapedApp.StartAsync(o => o.ScopeLabels = false, m => m.AddMeter("second meter of equals"));
        using var second = new Meter("second meter of equals");
        app.Meter.CreateCounter<long>("equal").Add(1);
        var other = second.CreateCounter<long>("equal");
        other.Add(2);
        other.Add(3, new KeyValuePair<string, object?>("only", "here"));

        await app.ScrapeAsync();
        Snapshot.Match(await app.ScrapeAsync());
        Assert.Single(app.Log.Lines, l => l.Contains("equal_total have the same labels", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_with_two_types_is_left_out_with_one_warning()
    {
        await using var app = await ScrapedApp.StartAsync(metrics: m => m.AddMeter("meter that disagrees"));
        using var second = new Meter("meter that disagrees");
        app.Meter.CreateUpDownCounter<long>("disputed").Add(1);
        app.Meter.CreateCounter<long>("kept").Add(1);
        second.CreateHistogram<double>("disputed").Record(2);

        await app.ScrapeAsync();
        Snapshot.Match(await app.ScrapeAsync());
        Assert.Single(app.Log.Lines, l => l.Contains("come out as disputed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_exponential_histogram_is_left_out_with_one_warning()
    {
        await using var app = await ScrapedApp.StartAsync(metrics: m => m.AddView("exponential", new Base2ExponentialBucketHistogramConfiguration()));
        app.Meter.CreateHistogram<double>("exponential").Record(2);
        app.Meter.CreateCounter<long>("kept").Add(1);

        await app.ScrapeAsync();
        Snapshot.Match(await app.ScrapeAsync());
        Assert.Single(app.Log.Lines, l => l.Contains("exponential histogram exponential", StringComparison.Ordinal));
    }

    static string WithoutChance(string page) => Times().Replace(SpanIds().Replace(TraceIds().Replace(page, "TRACE"), "SPAN"), "TIME");

    [GeneratedRegex("(?<=trace_id=\")[0-9a-f]{32}(?=\")", RegexOptions.None, 1000)]
    private static partial Regex TraceIds();

    [GeneratedRegex("(?<=span_id=\")[0-9a-f]{16}(?=\")", RegexOptions.None, 1000)]
    private static partial Regex SpanIds();

    [GeneratedRegex("[0-9]{10}\\.[0-9]{3}$", RegexOptions.Multiline, 1000)]
    private static partial Regex Times();

    sealed class Unprintable
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
