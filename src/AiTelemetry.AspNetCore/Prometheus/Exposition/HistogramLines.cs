using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Writes the bucket, sum and count lines each series of a histogram has.</summary>
/// <remarks>A histogram whose count and sum are those of the page before has had no measurement: all its lines are taken over at once.</remarks>
internal static class HistogramLines
{
    public static void Write(MetricStream stream, PageWriter page, in PageTurn turn)
    {
        var lines = stream.Lines(turn.Format);
        var (_, previous, current, _) = turn;
        var expected = 0;
        foreach (ref readonly var point in stream.Metric.GetMetricPoints())
        {
            var id = stream.Find(expected, point.Tags);
            expected = id + 1;
            if (id >= lines.Length)
                lines = stream.Lines(turn.Format);
            ref readonly var series = ref stream[id];
            if (series.IsDuplicate)
                continue;

            ref var line = ref lines[id];
            var count = point.GetHistogramCount();
            var sum = point.GetHistogramSum();
            if (line.Page == previous && line.Value == count && line.Sum.Equals(sum))
            {
                line.Start = page.Keep(line.Start, line.Length);
                line.Page = current;
                continue;
            }

            page.FlushRun();
            line.Start = page.Position;
            WriteSeries(stream, series.Labels, page, in point, turn, count, sum);
            line.Value = count;
            line.Sum = sum;
            line.Length = page.Position - line.Start;
            line.Page = current;
        }
    }

    static void WriteSeries(MetricStream stream, byte[] labels, PageWriter page, in MetricPoint point, in PageTurn turn, long count, double sum)
    {
        var names = stream.HistogramNames();
        var separator = labels.Length > 0;
        var bucket = 0;
        var below = 0L;
        var lower = double.NegativeInfinity;
        var hasNegativeBounds = false;
        foreach (var measured in point.GetHistogramBuckets())
        {
            below += measured.BucketCount;
            hasNegativeBounds |= measured.ExplicitBound < 0;
            page.Write(names.Bucket);
            page.Write(labels);
            page.Write(names.Bound(bucket++, measured.ExplicitBound, turn.Format, separator));
            page.WriteNumber(below);
            if (turn.Exemplars)
                Exemplars.WriteInRange(page, in point, lower, measured.ExplicitBound);
            page.Write((byte)'\n');
            lower = measured.ExplicitBound;
        }

        if (bucket == 0)
        {
            // A view without bounds: the format still wants the bucket that holds everything.
            page.Write(names.Bucket);
            page.Write(labels);
            page.Write(names.Bound(0, double.PositiveInfinity, turn.Format, separator));
            page.WriteNumber(count);
            page.Write((byte)'\n');
        }

        // OpenMetrics forbids sum and count beside negative bounds: https://prometheus.io/docs/specs/om/open_metrics_spec/#histogram
        if (hasNegativeBounds && turn.Format == ExpositionFormat.OpenMetrics)
            return;
        WriteHead(names.Sum, labels, page);
        page.WriteNumber(sum);
        page.Write((byte)'\n');
        WriteHead(names.Count, labels, page);
        page.WriteNumber(count);
        page.Write((byte)'\n');
    }

    static void WriteHead(byte[] name, byte[] labels, PageWriter page)
    {
        page.Write(name);
        if (labels.Length > 0)
        {
            page.Write((byte)'{');
            page.Write(labels);
            page.Write((byte)'}');
        }

        page.Write((byte)' ');
    }
}
