using AiTelemetry.Benchmarks.Rig;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What a metrics page costs beyond the SDK's own collection of the same series.</summary>
/// <remarks>Nanoseconds of this machine, because the goal is in them: the goals are a fraction of what the official exporter takes, so that they hold on slower ones, too.</remarks>
internal static class ScrapeGates
{
    const int Lines = 10_000;
    const double Slack = 0.25;

    public static IEnumerable<Gate> Times() =>
    [
        Line("a counter line, 10 % of the series changed", 50, SeriesKind.LongCounter, 10),
        Line("a histogram line, 10 % of the series changed", 25, SeriesKind.Histogram, 10),
        Line("a counter line, all changed", 200, SeriesKind.LongCounter, 1),
        Line("a counter line of fractions, all changed", 200, SeriesKind.DoubleCounter, 1),
        Line("a histogram line, all changed", 200, SeriesKind.Histogram, 1),
    ];

    public static IEnumerable<Gate> Bytes()
    {
        var (few, many) = (Allocated(1000), Allocated(Lines));
        // Which of the two threads comes first decides on some bytes; 9,000 more series do not.
        yield return Gate.Bytes("/metrics: bytes allocated at 10,000 series beyond those at 1,000", 256, many - few, $"{many}");
    }

    static Gate Line(string what, double goal, SeriesKind kind, int every)
    {
        var series = Lines / ScrapedSeries.LinesOf(kind);
        var lines = series * ScrapedSeries.LinesOf(kind);
        using var app = new ScrapedSeries(kind, series);
        var (scrape, collect) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 8 * Measure.Times; round++)
        {
            app.Change(every);
            if (round % 2 == 0)
                collect = Measure.Least(collect, Collect);
            scrape = Measure.Least(scrape, Scrape);
            if (round % 2 != 0)
                collect = Measure.Least(collect, Collect);
        }
        return new Gate($"/metrics at 10,000 lines, beside Collect: {what}", goal, (scrape - collect).TotalNanoseconds / lines, "ns", Slack,
            Note: string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Collect alone {collect.TotalNanoseconds / lines:N1}"));

        void Collect() => app.Collect();

        void Scrape() => app.ScrapeAsync().GetAwaiter().GetResult();
    }

    static long Allocated(int series)
    {
        using var app = new ScrapedSeries(SeriesKind.LongCounter, series);
        var least = long.MaxValue;
        for (var round = 0; round < Measure.Times; round++)
        {
            app.Change(3);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            app.ScrapeAsync().GetAwaiter().GetResult();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }
}
