using AiTelemetry.AspNetCore.Prometheus.Exposition;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>Answers scrapes with pages: one collection at a time, shared by all scrapes that wait for it.</summary>
/// <remarks>
/// <code>
/// scrape -> fresh page? ------------------------------------------> page
///        -> else join the collection under way, or begin one; wait -> page, or why there is none
///                     pool thread: reader.Collect -> PullExporter -> PageComposer
/// </code>
/// The collection is a work item behind the requests that are queued already, so that they join it; all scrapes wait without a thread and
/// give up in time even where a callback of the app hangs. There is never more than one.
/// </remarks>
internal sealed class Scraper : PullExporter.IBatchTaker, IThreadPoolWorkItem, IDisposable
{
    readonly Lock _gate = new();
    readonly PullExporter _exporter = new();
    readonly PageComposer _composer;
    readonly PrometheusExporterOptions _options;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly (MetricsPage? Page, long At)[] _recent = new (MetricsPage?, long)[2];
    readonly MetricsPage?[] _composed = new MetricsPage?[2];
    Collection? _running;
    Exception? _fault;

    public Scraper(IOptions<PrometheusExporterOptions> options, ILogger<Scraper> logger, TimeProvider? time = null)
    {
        _options = options.Value;
        _time = time ?? TimeProvider.System;
        _logger = logger;
        _composer = new PageComposer(_options, logger);
        Reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
    }

    /// <summary>The reader to register at the app's MeterProvider.</summary>
    public MetricReader Reader { get; }

    bool HasPages => _composed[0] is not null || _composed[1] is not null;

    /// <summary>How many collections were run.</summary>
    public long Collections { get; private set; }

    /// <summary>How many failures the app's logger would not take.</summary>
    public int FailedLogs { get; private set; }

    /// <summary>A page in a format, or why there is none.</summary>
    /// <exception cref="TimeoutException">The collection took longer than <paramref name="timeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The scraper has gone.</exception>
    public async ValueTask<ScrapeResult> ScrapeAsync(ExpositionFormat format, TimeSpan timeout, CancellationToken gone)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            Collection collection;
            bool begin, joined;
            lock (_gate)
            {
                if (FreshPage(format) is { } page)
                    return new ScrapeResult(page.Retain(), null);
                begin = _running is null;
                collection = _running ??= new Collection();
                joined = collection.TryJoin(format);
            }

            if (begin)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            try
            {
                var left = timeout - _time.GetElapsedTime(began);
                await collection.Finished.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, gone).ConfigureAwait(false);
            }
            catch when (joined)
            {
                lock (_gate)
                    collection.Leave(format);
                throw;
            }

            if (joined)
                return collection.Take(format);
        }
    }

    /// <summary>Runs the collection under way.</summary>
    public void Execute() => Run(_running!);

    /// <inheritdoc/>
    public bool Take(in Batch<Metric> batch, Resource resource)
    {
        bool text, openMetrics;
        lock (_gate)
            (text, openMetrics) = _running!.Seal();
        try
        {
            _composer.Observe(in batch, resource);
            if (text)
                _composed[(int)ExpositionFormat.Text] = _composer.Compose(ExpositionFormat.Text);
            if (openMetrics)
                _composed[(int)ExpositionFormat.OpenMetrics] = _composer.Compose(ExpositionFormat.OpenMetrics);
            return true;
        }
        catch (Exception fault)
        {
            // Kept for Run, which logs it and answers with it: the SDK would only say that the export failed.
            _fault = fault;
            return false;
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        _exporter.Dispose();
    }

    void Run(Collection collection)
    {
        var collected = true;
        try
        {
            // Where a flush is under way or just over, the SDK answers with that one, whose batch is not ours: try until ours comes.
            var began = _time.GetTimestamp();
            var pause = new SpinWait();
            while (true)
            {
                collected = _exporter.IsFed && _exporter.Collect(Reader, (int)_options.ScrapeTimeout.TotalMilliseconds, this);
                if (HasPages || _fault is not null || !collected || _time.GetElapsedTime(began) >= _options.ScrapeTimeout)
                    break;
                pause.SpinOnce();
            }
        }
        catch (Exception fault)
        {
            _fault = fault;
        }

        var (reason, thrown) = HasPages && _fault is null ? (null, null) : Explain(collected);
        if (reason is not null)
            Tell(reason, thrown);
        Finish(collection, reason);
    }

    void Tell(string reason, Exception? fault)
    {
        try
        {
            Log.Failed(_logger, reason, fault);
        }
        catch (Exception)
        {
            // The app's logger failed. The scrapes were answered with the reason; on a pool thread this would end the process.
            FailedLogs++;
        }
    }

    void Finish(Collection collection, string? failure)
    {
        lock (_gate)
        {
            if (failure is not null)
                ReleaseComposed();
            Collections++;
            var now = _time.GetTimestamp();
            for (var i = 0; i < 2; i++)
            {
                if (_composed[i] is not { } page || _options.CacheDuration == TimeSpan.Zero)
                    continue;
                _recent[i].Page?.Release();
                _recent[i] = (page.Retain(), now);
            }

            collection.Finish(_composed[0], _composed[1], failure);
            _composed[0] = _composed[1] = null;
            _running = null;
            _fault = null;
        }

        collection.Finished.SetResult();
    }

    MetricsPage? FreshPage(ExpositionFormat format)
    {
        ref var recent = ref _recent[(int)format];
        if (recent.Page is null)
            return null;
        if (_time.GetElapsedTime(recent.At) < _options.CacheDuration)
            return recent.Page;
        recent.Page.Release();
        recent = default;
        return null;
    }

    (string? Reason, Exception? Fault) Explain(bool collected) => _fault switch
    {
        PageTooLargeException tooLarge => (tooLarge.Message, null),
        not null => ("The metrics could not be collected; the log of the app says why.", _fault),
        null when !_exporter.IsFed => ("The metrics could not be collected: the OpenTelemetry meter provider has not been started, or has been shut down.", null),
        null when collected => ("The metrics could not be collected: flushes of the meter provider came in between.", null),
        null => ("The metrics could not be collected: the app's observable instruments took longer than the scrape may take.", null),
    };

    void ReleaseComposed()
    {
        for (var i = 0; i < 2; i++)
        {
            _composed[i]?.Release();
            _composed[i] = null;
        }
    }

    static class Log
    {
        public static readonly Action<ILogger, string, Exception?> Failed = LoggerMessage.Define<string>(
            LogLevel.Error, new EventId(10, nameof(Failed)), "Scrapes were answered with 500, the next one starts anew. {Reason}");
    }
}
