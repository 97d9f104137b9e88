using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>What a scraper gets when something is wrong or late, and that the next scrape is right again.</summary>
public class EndpointFailureTests
{
    [Fact]
    public async Task A_page_beyond_the_limit_is_a_500_that_names_the_option()
    {
        await using var app = await ScrapedApp.StartAsync(o => o.MaxResponseBytes = 4096);
        var counter = app.Meter.CreateCounter<long>("calls");
        counter.Add(1, new KeyValuePair<string, object?>("series", 0));
        Assert.Contains("calls_total", await app.ScrapeAsync(), StringComparison.Ordinal);
        for (var i = 1; i < 100; i++)
            counter.Add(1, new KeyValuePair<string, object?>("series", i));

        using var response = await app.Client.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(
            "The metrics page is larger than MaxResponseBytes (4096 bytes). Raise the option, or drop meters, tags or buckets with views.\n",
            await response.Content.ReadAsStringAsync());
        Assert.Single(app.Log.Of(LogLevel.Error), l => l.Contains("MaxResponseBytes (4096 bytes)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collection_that_throws_is_a_500_with_a_logged_reason_and_the_next_one_works()
    {
        await using var app = await ScrapedApp.StartAsync(metrics: m => m.AddView("exponential", new Base2ExponentialBucketHistogramConfiguration()));
        var counter = app.Meter.CreateCounter<long>("calls");
        counter.Add(1);
        Assert.Contains("} 1\n", await app.ScrapeAsync(), StringComparison.Ordinal);

        // The warning about the new instrument is written in the middle of the collection; the app's logger fails there.
        var failed = false;
        app.Log.OnLine = (level, line) =>
        {
            if (level == LogLevel.Warning && line.Contains("exponential", StringComparison.Ordinal) && !failed)
            {
                failed = true;
                throw new InvalidOperationException("the log is full");
            }
        };
        app.Meter.CreateHistogram<double>("exponential").Record(1);
        counter.Add(1);
        using var response = await app.Client.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("The metrics could not be collected; the log of the app says why.\n", await response.Content.ReadAsStringAsync());
        Assert.Single(app.Log.Of(LogLevel.Error), l => l.Contains("the log is full", StringComparison.Ordinal));

        counter.Add(1);
        Assert.Equal(3, Page.Read(await app.ScrapeAsync()).Samples.Single(s => s.Key.StartsWith("calls", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public async Task An_observable_instrument_that_throws_does_not_spoil_the_page()
    {
        await using var app = await ScrapedApp.StartAsync();
        app.Meter.CreateCounter<long>("calls").Add(1);
        app.Meter.CreateObservableGauge("broken", new Func<long>(() => throw new InvalidOperationException("no value")));

        Assert.Contains("calls_total", await app.ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scrape_that_waits_longer_than_the_scraper_does_is_a_503_and_the_next_one_works()
    {
        await using var app = await ScrapedApp.StartAsync(onPort: true);
        using var slow = new SlowInstrument(app.Meter);
        var first = app.ScrapeAsync();
        await slow.Entered;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "0.05");

        using var response = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        slow.Release();
        Assert.Contains("slow ", Bare(await first), StringComparison.Ordinal);
        Assert.Contains("slow ", Bare(await app.ScrapeAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_that_hangs_keeps_nobody_waiting_longer_than_a_scrape_may_take()
    {
        await using var app = await ScrapedApp.StartAsync(o => o.ScrapeTimeout = TimeSpan.FromSeconds(1), onPort: true);
        using var slow = new SlowInstrument(app.Meter);
        for (var i = 0; i < 2; i++)
        {
            using var late = await app.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
            Assert.Equal("The scrape took longer than the scraper waits.\n", await late.Content.ReadAsStringAsync());
        }

        // The SDK lets no collection through that took longer than it was given.
        slow.Release();
        await app.Log.WaitForAsync(l => l.Contains("observable instruments took longer", StringComparison.Ordinal));
        Assert.Contains("slow ", Bare(await app.ScrapeAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scraper_that_goes_away_disturbs_nobody()
    {
        await using var app = await ScrapedApp.StartAsync(onPort: true);
        using var slow = new SlowInstrument(app.Meter);
        var first = app.ScrapeAsync();
        await slow.Entered;
        using var gone = new CancellationTokenSource();
        var second = app.Client.GetAsync(new Uri("/metrics", UriKind.Relative), gone.Token);
        var third = app.ScrapeAsync();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        slow.Release();

        Assert.Equal(Bare(await first), Bare(await third));
    }

    [Fact]
    public async Task Without_a_running_provider_the_scrape_says_so()
    {
        await using var never = await ScrapedApp.StartAsync(services: s => s.AddSingleton<MeterProvider>(new NoProvider()));
        await using var stopped = await ScrapedApp.StartAsync();
        Assert.True(stopped.Services.GetRequiredService<MeterProvider>().Shutdown());

        foreach (var app in new[] { never, stopped })
        {
            using var response = await app.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Contains("meter provider has not been started, or has been shut down", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    static string Bare(string page) => page.Replace("{otel_scope_name=", " {", StringComparison.Ordinal);

    sealed class NoProvider : MeterProvider;
}
