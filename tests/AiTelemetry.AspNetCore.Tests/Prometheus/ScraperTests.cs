using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using AiTelemetry.AspNetCore.Prometheus.Exposition;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>Sharing and the reuse of unchanged lines, without HTTP around it.</summary>
public class ScraperTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_collection_serves_all_scrapes_that_wait_in_both_formats()
    {
        using var rig = new ScrapeRig();
        using var slow = new SlowInstrument(rig.Meter);
        var first = rig.Scraper.ScrapeAsync(ExpositionFormat.Text, Long, default).AsTask();
        await slow.Entered;
        var others = Enumerable.Range(0, 200)
            .Select(i => rig.Scraper.ScrapeAsync(i % 2 == 0 ? ExpositionFormat.Text : ExpositionFormat.OpenMetrics, Long, default).AsTask())
            .ToList();
        slow.Release();

        var page = (await first).Page!;
        var results = await Task.WhenAll(others);

        Assert.Equal(1, rig.Scraper.Collections);
        Assert.All(results.Where((_, i) => i % 2 == 0), r => Assert.Same(page, r.Page));
        Assert.Single(results.Where((_, i) => i % 2 == 1).Select(r => r.Page).Distinct());
        Assert.True(Page.Read(Encoding.UTF8.GetString(results[1].Page!.Body.Span)).IsOpenMetrics);
        page.Release();
        foreach (var result in results)
            result.Page!.Release();
    }

    [Fact]
    public async Task Within_the_cache_time_a_page_answers_further_scrapes()
    {
        var clock = new Clock();
        using var rig = new ScrapeRig(new PrometheusExporterOptions { CacheDuration = TimeSpan.FromSeconds(5) }, clock);
        var counter = rig.Meter.CreateCounter<long>("calls");
        counter.Add(1);
        var fresh = await rig.ReadAsync();
        counter.Add(1);
        clock.Now += TimeSpan.FromSeconds(4.9);
        Assert.Equal(fresh, await rig.ReadAsync(), StringComparer.Ordinal);
        Assert.Equal(1, rig.Scraper.Collections);

        clock.Now += TimeSpan.FromSeconds(0.2);

        Assert.NotEqual(fresh, await rig.ReadAsync(), StringComparer.Ordinal);
        Assert.Equal(2, rig.Scraper.Collections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pages_made_from_the_page_before_show_what_was_measured(int seed)
    {
        var random = new Random(seed);
        using var rig = new ScrapeRig();
        var counter = rig.Meter.CreateCounter<long>("calls");
        var money = rig.Meter.CreateCounter<double>("cost_usd", "{USD}");
        var seconds = rig.Meter.CreateHistogram("call_seconds", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5] });
        var present = new HashSet<int>();
        rig.Meter.CreateObservableGauge("level", () => present.Select(i => new Measurement<long>(i * 10, new KeyValuePair<string, object?>("s", $"n{i}"))).ToList());
        var calls = new Dictionary<string, long>(StringComparer.Ordinal);
        var costs = new Dictionary<string, double>(StringComparer.Ordinal);
        var records = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        for (var round = 0; round < 150; round++)
        {
            for (var i = random.Next(20); i > 0; i--)
            {
                var series = "s" + random.Next(1 + round).ToString(CultureInfo.InvariantCulture);
                var tag = new KeyValuePair<string, object?>("s", series);
                switch (random.Next(3))
                {
                    case 0:
                        var more = random.Next(random.Next(4) == 0 ? 100_000 : 3);
                        counter.Add(more, tag);
                        calls[series] = calls.GetValueOrDefault(series) + more;
                        break;
                    case 1:
                        var cost = random.Next(1000) / 256.0;
                        money.Add(cost, tag);
                        costs[series] = costs.GetValueOrDefault(series) + cost;
                        break;
                    default:
                        var length = random.Next(16) / 2.0;
                        seconds.Record(length, tag);
                        (records.TryGetValue(series, out var list) ? list : records[series] = []).Add(length);
                        break;
                }
            }

            present = [.. Enumerable.Range(0, 30).Where(_ => random.Next(3) > 0)];
            if (random.Next(10) == 0)
                counter.Add(0);

            var format = random.Next(3) == 0 ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
            var one = format == ExpositionFormat.OpenMetrics ? "1.0" : "1";
            var page = Page.Read(await rig.ReadAsync(format));
            string Labels(string series) => $"{{otel_scope_name=\"{rig.Meter.Name}\",s=\"{series}\"";
            foreach (var (series, value) in calls)
                Assert.Equal(value, page[$"calls_total{Labels(series)}}}"]);
            foreach (var (series, value) in costs)
                Assert.Equal(value, page[$"cost_usd_total{Labels(series)}}}"]);
            foreach (var (series, values) in records)
            {
                Assert.Equal(values.Count, page[$"call_seconds_count{Labels(series)}}}"]);
                Assert.Equal(values.Sum(), page[$"call_seconds_sum{Labels(series)}}}"]);
                Assert.Equal(values.Count(v => v <= 1), page[$"call_seconds_bucket{Labels(series)},le=\"{one}\"}}"]);
            }

            Assert.Equal(present.Select(i => $"n{i}").Order(StringComparer.Ordinal), page.Samples.Where(s => s.Key.StartsWith("level", StringComparison.Ordinal)).Select(s => s.Key.Split('"')[3]).Order(StringComparer.Ordinal));
            Assert.All(page.Samples.Where(s => s.Key.StartsWith("level", StringComparison.Ordinal)), s => Assert.Equal(int.Parse(s.Key.Split('"')[3][1..], CultureInfo.InvariantCulture) * 10, s.Value));
        }
    }

    [Fact]
    public async Task A_page_that_failed_half_way_leaves_nothing_behind()
    {
        using var rig = new ScrapeRig(new PrometheusExporterOptions { MaxResponseBytes = 4096 });
        var count = 0;
        rig.Meter.CreateObservableGauge("level", () => Enumerable.Range(0, count).Select(i => new Measurement<long>(i, new KeyValuePair<string, object?>("s", i))));
        rig.Meter.CreateCounter<long>("calls").Add(1);
        foreach (var now in new[] { 5, 1000, 0, 5, 1000, 5, 1000, 3, 5 })
        {
            count = now;
            if (now == 1000)
            {
                Assert.Contains("MaxResponseBytes", (await rig.Scraper.ScrapeAsync(ExpositionFormat.Text, Long, default)).Failure, StringComparison.Ordinal);
                continue;
            }

            var page = Page.Read(await rig.ReadAsync());
            Assert.Equal(Enumerable.Range(0, now).Select(i => (double)i), page.Samples.Where(s => s.Key.StartsWith("level", StringComparison.Ordinal)).Select(s => s.Value));
        }
    }

    [Fact]
    public async Task Series_that_differ_in_a_key_only_are_told_apart_when_one_goes_and_the_other_comes()
    {
        using var rig = new ScrapeRig();
        var key = "a";
        rig.Meter.CreateObservableGauge("level", () => new Measurement<long>(1, new KeyValuePair<string, object?>(key, "x")));
        foreach (var now in new[] { "a", "b", "a", "c", "b", "b" })
        {
            key = now;
            Assert.EndsWith($",{now}=\"x\"}} 1\n", await rig.ReadAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Flushes_in_between_neither_make_pages_nor_spoil_them()
    {
        using var rig = new ScrapeRig();
        var counter = rig.Meter.CreateCounter<long>("calls");
        using var stop = new CancellationTokenSource();
        var flushes = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                MeterProviderExtensions.ForceFlush(rig.Provider);
        });

        for (var i = 1; i <= 500; i++)
        {
            counter.Add(1);
            Assert.Equal(i, Page.Read(await rig.ReadAsync((ExpositionFormat)(i % 2))).Samples.Single(s => s.Key.StartsWith("calls", StringComparison.Ordinal)).Value);
        }

        await stop.CancelAsync();
        await flushes;
        Assert.Equal(500, rig.Scraper.Collections);
    }

    [Fact]
    public async Task A_meter_that_is_disposed_and_made_again_starts_anew()
    {
        using var rig = new ScrapeRig();
        rig.Meter.CreateCounter<long>("kept").Add(1);
        for (var i = 1; i <= 5; i++)
        {
            using var meter = new Meter(rig.Meter.Name + ".other");
            meter.CreateCounter<long>("again").Add(i);

            // The SDK shows the meter that went once more beside the new one.
            await rig.ReadAsync();
            Assert.Equal(i, Page.Read(await rig.ReadAsync()).Samples.Single(s => s.Key.StartsWith("again", StringComparison.Ordinal)).Value);
        }
    }

    sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => 1_234_567;

        public override long GetTimestamp() => (long)(Now.TotalSeconds * TimestampFrequency);
    }
}
