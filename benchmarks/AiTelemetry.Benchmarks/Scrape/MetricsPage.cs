using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Scrape;

/// <summary>A page of <c>/metrics</c>, beside a mere collection of the same series to nowhere.</summary>
[MemoryDiagnoser]
public class MetricsPage
{
    ScrapedSeries _app = null!;

    [Params(1_000, 10_000, 100_000)]
    public int Lines { get; set; }

    [Params(SeriesKind.LongCounter, SeriesKind.Histogram)]
    public SeriesKind Kind { get; set; }

    /// <summary>One series in how many changed since the scrape before.</summary>
    [Params(10, 1)]
    public int OneChangedIn { get; set; }

    [GlobalSetup]
    public void Open() => _app = new ScrapedSeries(Kind, Lines / ScrapedSeries.LinesOf(Kind));

    [IterationSetup]
    public void Change() => _app.Change(OneChangedIn);

    [Benchmark(Baseline = true)]
    public int Collect() => _app.Collect() ? 1 : 0;

    [Benchmark]
    public Task<int> Scrape() => _app.ScrapeAsync();

    [GlobalCleanup]
    public void Close() => _app.Dispose();
}
