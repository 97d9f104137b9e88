using OpenTelemetry.Metrics;

namespace AiTelemetry.Tests.Registration;

/// <summary>A copy of a metric of the SDK, whose points are its own and change.</summary>
internal sealed record ExportedMetric(string Name, IReadOnlyList<ExportedPoint> Points)
{
    public ExportedMetric(Metric metric)
        : this(metric.Name, Copy(metric))
    {
    }

    static List<ExportedPoint> Copy(Metric metric)
    {
        var points = new List<ExportedPoint>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (key, value) in point.Tags)
                tags[key] = value;
            var bounds = new List<double>();
            if (metric.MetricType == MetricType.Histogram)
            {
                foreach (var bucket in point.GetHistogramBuckets())
                    bounds.Add(bucket.ExplicitBound);
            }
            points.Add(new ExportedPoint(tags, metric.MetricType == MetricType.Histogram ? (ulong)point.GetHistogramCount() : 0, [.. bounds.Where(double.IsFinite)]));
        }
        return points;
    }
}

/// <param name="Count">The measurements of a histogram.</param>
/// <param name="Bounds">The finite upper bounds of its buckets.</param>
internal sealed record ExportedPoint(IReadOnlyDictionary<string, object?> Tags, ulong Count, IReadOnlyList<double> Bounds);
