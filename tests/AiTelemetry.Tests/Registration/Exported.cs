using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiTelemetry.Tests.Registration;

/// <summary>What the OpenTelemetry SDK of an app would export: a reader and a processor that keep it.</summary>
internal sealed class Exported : IDisposable
{
    readonly ConcurrentDictionary<string, ExportedMetric> _metrics = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<Activity> _spans = new();

    public Exported()
    {
        Reader = new BaseExportingMetricReader(new MetricExporter(this));
        Processor = new SimpleActivityExportProcessor(new SpanExporter(_spans));
    }

    public MetricReader Reader { get; }

    public BaseProcessor<Activity> Processor { get; }

    public IReadOnlyCollection<Activity> Spans => _spans;

    /// <summary>Every metric with its points, as of now.</summary>
    public IReadOnlyDictionary<string, ExportedMetric> Metrics()
    {
        _metrics.Clear();
        Reader.Collect();
        return _metrics;
    }

    /// <summary>How many calls the metrics tell of.</summary>
    public long Calls() => Metrics().TryGetValue("llm_provider_request_seconds", out var metric) ? metric.Points.Sum(point => (long)point.Count) : 0;

    public void Dispose()
    {
        Reader.Dispose();
        Processor.Dispose();
    }

    sealed class MetricExporter(Exported exported) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
                exported._metrics[metric.Name] = new ExportedMetric(metric);
            return ExportResult.Success;
        }
    }

    sealed class SpanExporter(ConcurrentQueue<Activity> spans) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                spans.Enqueue(span);
            return ExportResult.Success;
        }
    }
}
