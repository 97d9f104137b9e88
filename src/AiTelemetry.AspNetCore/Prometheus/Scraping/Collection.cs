using AiTelemetry.AspNetCore.Prometheus.Exposition;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>One collection and the scrapes it serves; everything here is read and written under the gate of <see cref="Scraper"/>.</summary>
internal sealed class Collection
{
    readonly int[] _waiting = new int[2];
    readonly MetricsPage?[] _pages = new MetricsPage?[2];
    bool _composing;

    /// <summary>Completes when the pages, or the failure, are there.</summary>
    public TaskCompletionSource Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? Failure { get; private set; }

    public bool IsFinished { get; private set; }

    /// <summary>Adds a scrape; <see langword="false"/> where writing has begun and its format is not among those written.</summary>
    public bool TryJoin(ExpositionFormat format)
    {
        if (_composing && _waiting[(int)format] == 0)
            return false;
        _waiting[(int)format]++;
        return true;
    }

    /// <summary>No further formats from here on.</summary>
    public (bool Text, bool OpenMetrics) Seal()
    {
        _composing = true;
        return (_waiting[0] > 0, _waiting[1] > 0);
    }

    /// <summary>Gives the pages to the waiting scrapes, each its own hold, and keeps none.</summary>
    public void Finish(MetricsPage? text, MetricsPage? openMetrics, string? failure)
    {
        Failure = failure;
        IsFinished = true;
        Set(0, text);
        Set(1, openMetrics);

        void Set(int format, MetricsPage? page)
        {
            _pages[format] = page;
            for (var i = 0; page is not null && i < _waiting[format]; i++)
                page.Retain();
            page?.Release();
        }
    }

    /// <summary>What a joined scrape gets; called once by each after <see cref="Finished"/>.</summary>
    public ScrapeResult Take(ExpositionFormat format) =>
        _pages[(int)format] is { } page ? new ScrapeResult(page, null) : new ScrapeResult(null, Failure ?? "The collection gave no page.");

    /// <summary>Lets go for a joined scrape that stopped waiting.</summary>
    public void Leave(ExpositionFormat format)
    {
        if (IsFinished)
            _pages[(int)format]?.Release();
        else
            _waiting[(int)format]--;
    }
}
