using AiTelemetry.AspNetCore.Prometheus.Exposition;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>What scrapes allocate and keep; alone in the process while it runs, because the heap is everybody's.</summary>
[Collection(nameof(Alone))]
public class ScrapeMemoryTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_allocation_of_a_scrape_does_not_grow_with_the_series()
    {
        var few = await AllocatedPerScrapeAsync(20);
        var many = await AllocatedPerScrapeAsync(1900);

        // Which of the two threads comes first decides on some 50 bytes; 3,760 more series do not.
        Assert.InRange(many, few - 256, few + 256);
        Assert.InRange(many, 1, 2048);
    }

    [Fact]
    public async Task Ten_thousand_scrapes_leave_the_memory_as_it_was()
    {
        using var rig = new ScrapeRig();
        var counter = rig.Meter.CreateCounter<long>("calls");
        var seconds = rig.Meter.CreateHistogram<double>("call_seconds", "s");
        var tags = Enumerable.Range(0, 200).Select(i => new KeyValuePair<string, object?>("series", $"s{i}")).ToArray();
        await ScrapesAsync(1000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await ScrapesAsync(10_000);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 512 * 1024, $"{grown} bytes more after 10,000 scrapes");

        async Task ScrapesAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                counter.Add(1, tags[i % tags.Length]);
                seconds.Record(i, tags[i * 7 % tags.Length]);
                (await rig.Scraper.ScrapeAsync((ExpositionFormat)(i / 10 % 2), Long, default)).Page!.Release();
            }
        }
    }

    static async Task<long> AllocatedPerScrapeAsync(int series)
    {
        using var rig = new ScrapeRig(name: $"{nameof(AllocatedPerScrapeAsync)}.{series}");
        var counter = rig.Meter.CreateCounter<double>("calls");
        var seconds = rig.Meter.CreateHistogram<double>("call_seconds", "s");
        var tags = Enumerable.Range(0, series).Select(i => new KeyValuePair<string, object?>("series", $"s{i}")).ToArray();
        var least = long.MaxValue;
        for (var round = 0; round < 40; round++)
        {
            for (var i = round % 3; i < series; i += 1 + (round % 3))
            {
                counter.Add(0.1, tags[i]);
                seconds.Record(i, tags[i]);
            }

            foreach (var format in new[] { ExpositionFormat.Text, ExpositionFormat.OpenMetrics })
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                var page = (await rig.Scraper.ScrapeAsync(format, Long, default)).Page!;
                var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                page.Release();
                if (round > 5)
                    least = Math.Min(least, allocated);
            }
        }

        return least;
    }

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public class Alone;
}
