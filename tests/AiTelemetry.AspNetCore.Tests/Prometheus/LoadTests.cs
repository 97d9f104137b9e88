using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>Many scrapes, many series and slow scrapers, over a real loopback connection.</summary>
[Collection(nameof(ScrapeMemoryTests.Alone))]
public class LoadTests
{
    [Fact]
    public async Task Two_hundred_scrapers_at_once_read_whole_pages_whose_counters_never_fall()
    {
        await using var app = await ScrapedApp.StartAsync(onPort: true);
        var calls = app.Meter.CreateCounter<long>("calls");
        var cost = app.Meter.CreateCounter<double>("cost_usd", "{USD}");
        var seconds = app.Meter.CreateHistogram("call_seconds", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [5, 30] });
        using var stop = new CancellationTokenSource();
        var recorded = 0L;
        var recorder = Task.Run(async () =>
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            var began = TimeProvider.System.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                // A call for every millisecond that went by, however late the tick comes: 1,000 calls, 3,000 measurements a second.
                await tick.WaitForNextTickAsync();
                for (var due = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds; recorded < due; recorded++)
                {
                    var tag = new KeyValuePair<string, object?>("model", "m" + (recorded % 40));
                    calls.Add(1, tag);
                    cost.Add(0.001, tag);
                    seconds.Record(recorded % 40, tag);
                }
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 200).Select(ScrapeFourTimesAsync));
        await stop.CancelAsync();
        await recorder;

        Assert.True(app.Scraper.Collections < 400, $"{app.Scraper.Collections} collections for 800 scrapes");
        var end = Page.Read(await app.ScrapeAsync());
        Assert.Equal(recorded, end.Samples.Where(s => s.Key.StartsWith("calls_total", StringComparison.Ordinal)).Sum(s => s.Value));
        Assert.Equal(recorded, end.Samples.Where(s => s.Key.StartsWith("call_seconds_count", StringComparison.Ordinal)).Sum(s => s.Value));

        async Task ScrapeFourTimesAsync(int scraper)
        {
            var before = new Dictionary<string, double>(StringComparer.Ordinal);
            for (var i = 0; i < 4; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
                request.Headers.TryAddWithoutValidation("Accept", scraper % 2 == 0 ? "text/plain" : "application/openmetrics-text");
                using var response = await app.Client.SendAsync(request);
                var page = Page.Read(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
                Assert.Equal(scraper % 2 != 0, page.IsOpenMetrics);
                foreach (var (series, value) in page.Rising())
                {
                    Assert.True(before.GetValueOrDefault(series) <= value, $"{series} fell from {before.GetValueOrDefault(series)} to {value}");
                    before[series] = value;
                }
            }
        }
    }

    [Fact]
    public async Task A_hundred_thousand_series_come_whole_and_a_scraper_that_does_not_read_is_cut_off()
    {
        await using var app = await ScrapedApp.StartAsync(
            o => o.ScrapeTimeout = TimeSpan.FromSeconds(60),
            m => m.AddView(_ => new MetricStreamConfiguration { CardinalityLimit = 100_001 }),
            onPort: true);
        var calls = app.Meter.CreateCounter<long>("calls");
        for (var i = 0; i < 100_000; i++)
            calls.Add(i, new KeyValuePair<string, object?>("series", i), new KeyValuePair<string, object?>("filler", "so that no socket buffer holds the whole page, whatever the system gives it"));
        var page = await app.ScrapeAsync();
        Assert.Equal(100_000, page.Split('\n').Count(l => l.StartsWith("calls_total{", StringComparison.Ordinal)));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "3");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await app.Log.WaitForAsync(l => l.Contains("A scrape was given up after 3 s", StringComparison.Ordinal));

        // What was sent so far can be read, but not mistaken for the page.
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        Assert.Empty(app.Log.Of(LogLevel.Error));
        Assert.Equal(page.Length, (await app.ScrapeAsync()).Length);
    }
}
