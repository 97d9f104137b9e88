using System.Diagnostics.Metrics;
using AiTelemetry.AspNetCore;
using AiTelemetry.AspNetCore.Prometheus.Exposition;
using AiTelemetry.AspNetCore.Prometheus.Scraping;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>An app with many series of one kind, a scraper on it, and beside that a reader that collects the same to nowhere.</summary>
internal sealed class ScrapedSeries : IDisposable
{
    /// <summary>As many series as one instrument may have without a setting of the app's.</summary>
    const int SeriesOfOne = 1000;

    /// <summary>The buckets of <c>llm_provider_request_seconds</c>.</summary>
    static readonly double[] Bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    static int s_made;

    readonly Meter _meter = new($"AiTelemetry.Benchmarks.{Interlocked.Increment(ref s_made)}");
    readonly Scraper _scraper = new(Options.Create(new PrometheusExporterOptions()), NullLogger<Scraper>.Instance);
    readonly BaseExportingMetricReader _nowhere = new(new NoMetrics());
    readonly MeterProvider _provider;
    readonly Action<int>[] _instruments;
    readonly KeyValuePair<string, object?>[][] _tags;
    readonly int _series;
    int _round;

    /// <param name="kind">What the series are.</param>
    /// <param name="series">How many.</param>
    public ScrapedSeries(SeriesKind kind, int series)
    {
        _series = series;
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(_scraper.Reader).AddReader(_nowhere).Build();
        _tags = [.. Enumerable.Range(0, Math.Min(series, SeriesOfOne)).Select(static i => new KeyValuePair<string, object?>[]
        {
            new("provider", "openai"), new("model", $"gpt-{i}-2024-08-06"), new("type", "prompt"),
        })];
        _instruments = [.. Enumerable.Range(0, (series + SeriesOfOne - 1) / SeriesOfOne).Select(i => Instrument(kind, i))];
        Change(1);
    }

    /// <summary>The lines of one series.</summary>
    public static int LinesOf(SeriesKind kind) => kind == SeriesKind.Histogram ? Bounds.Length + 3 : 1;

    /// <summary>Moves one series in <paramref name="every"/>, others each time.</summary>
    public void Change(int every)
    {
        for (var i = ++_round % every; i < _series; i += every)
            _instruments[i / SeriesOfOne](i % SeriesOfOne);
    }

    /// <summary>A scrape as the endpoint makes it.</summary>
    /// <returns>The bytes of the page.</returns>
    public async Task<int> ScrapeAsync()
    {
        var (page, failure) = await _scraper.ScrapeAsync(ExpositionFormat.Text, Long, default);
        if (page is null)
            throw new InvalidOperationException(failure);
        var length = page.Length;
        page.Release();
        return length;
    }

    /// <summary>A collection of the same series to nowhere.</summary>
    public bool Collect() => _nowhere.Collect();

    public void Dispose()
    {
        _provider.Dispose();
        _scraper.Dispose();
        _meter.Dispose();
    }

    Action<int> Instrument(SeriesKind kind, int number)
    {
        switch (kind)
        {
            case SeriesKind.LongCounter:
                var calls = _meter.CreateCounter<long>($"calls_{number}_total", description: "Calls that ended.");
                return i => calls.Add(1117 + i, _tags[i]);
            case SeriesKind.DoubleCounter:
                var cost = _meter.CreateCounter<double>($"cost_{number}_usd_total", description: "What calls cost.");
                return i => cost.Add(0.0001275 * (i + 1), _tags[i]);
            default:
                var seconds = _meter.CreateHistogram($"call_{number}_seconds", "s", "How long calls took.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
                return i => seconds.Record(0.037 * (i % 100), _tags[i]);
        }
    }

    sealed class NoMetrics : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
