using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>What the SDK hands a collection to; only those a scrape asked for are taken, not those of a flush or a shutdown.</summary>
/// <remarks>
/// It carries no <c>[ExportModes(ExportModes.Pull)]</c>: with it <see cref="MetricReader.Collect"/> answers false, because what opens a pull is not public.
/// </remarks>
internal sealed class PullExporter : BaseExporter<Metric>
{
    volatile bool _shutDown;
    volatile IBatchTaker? _taker;
    volatile int _thread;

    /// <summary>Whether a meter provider feeds this exporter: one has it, and has not been shut down.</summary>
    public bool IsFed => ParentProvider is not null && !_shutDown;

    /// <summary>Runs a collection on this thread whose batch <paramref name="taker"/> gets.</summary>
    /// <returns>What <see cref="MetricReader.Collect"/> says; it may be true without a batch, where the SDK answered with a flush of another thread.</returns>
    public bool Collect(MetricReader reader, int timeoutMilliseconds, IBatchTaker taker)
    {
        _thread = Environment.CurrentManagedThreadId;
        _taker = taker;
        try
        {
            return reader.Collect(timeoutMilliseconds);
        }
        finally
        {
            _taker = null;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        // Only of our own thread: a flush under way may have read the instruments before the scrape came in.
        if (_taker is not { } taker || _thread != Environment.CurrentManagedThreadId)
            return ExportResult.Success;
        return taker.Take(in batch, ParentProvider.GetResource()) ? ExportResult.Success : ExportResult.Failure;
    }

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        _shutDown = true;
        return true;
    }

    /// <summary>Takes one batch; it may be read only until the call returns.</summary>
    internal interface IBatchTaker
    {
        bool Take(in Batch<Metric> batch, OpenTelemetry.Resources.Resource resource);
    }
}
