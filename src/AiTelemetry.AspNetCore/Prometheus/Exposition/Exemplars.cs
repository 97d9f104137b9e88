using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Writes <c> # {trace_id="…",span_id="…"} value time</c> behind a value.</summary>
/// <remarks>Only exemplars taken inside a trace, and only these two labels: 63 of the 128 characters OpenMetrics allows.</remarks>
internal static class Exemplars
{
    /// <summary>The latest exemplar of a counter's point, if there is one.</summary>
    public static void WriteLatest(PageWriter page, in MetricPoint point, bool isLong)
    {
        if (!point.TryGetExemplars(out var all))
            return;

        var latest = DateTimeOffset.MinValue;
        foreach (ref readonly var one in all)
        {
            if (one.Timestamp > latest && one.TraceId != default)
                latest = one.Timestamp;
        }

        foreach (ref readonly var one in all)
        {
            if (one.Timestamp != latest || one.TraceId == default)
                continue;
            WriteLabels(page, in one);
            if (isLong)
                page.WriteNumber(one.LongValue);
            else
                page.WriteNumber(one.DoubleValue);
            WriteTime(page, one.Timestamp);
            return;
        }
    }

    /// <summary>The latest exemplar of a histogram's point that lies in one bucket, if there is one.</summary>
    public static void WriteInRange(PageWriter page, in MetricPoint point, double above, double upTo)
    {
        if (!point.TryGetExemplars(out var all))
            return;

        var latest = DateTimeOffset.MinValue;
        foreach (ref readonly var one in all)
        {
            if (IsIn(one.DoubleValue, above, upTo) && one.Timestamp > latest && one.TraceId != default)
                latest = one.Timestamp;
        }

        if (latest == DateTimeOffset.MinValue)
            return;
        foreach (ref readonly var one in all)
        {
            if (!IsIn(one.DoubleValue, above, upTo) || one.Timestamp != latest || one.TraceId == default)
                continue;
            WriteLabels(page, in one);
            page.WriteNumber(one.DoubleValue);
            WriteTime(page, one.Timestamp);
            return;
        }
    }

    static bool IsIn(double value, double above, double upTo) => value <= upTo && (value > above || double.IsNegativeInfinity(above));

    static void WriteLabels(PageWriter page, in Exemplar exemplar)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> hex = stackalloc byte[32];
        page.Write(" # {trace_id=\""u8);
        exemplar.TraceId.CopyTo(id);
        Convert.TryToHexStringLower(id, hex, out _);
        page.Write(hex);
        page.Write("\",span_id=\""u8);
        exemplar.SpanId.CopyTo(id[..8]);
        Convert.TryToHexStringLower(id[..8], hex, out _);
        page.Write(hex[..16]);
        page.Write("\"} "u8);
    }

    static void WriteTime(PageWriter page, DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        page.Write((byte)' ');
        page.WriteNumber(milliseconds / 1000);
        Span<byte> fraction = stackalloc byte[4];
        (milliseconds % 1000).TryFormat(fraction[1..], out _, "D3", CultureInfo.InvariantCulture);
        fraction[0] = (byte)'.';
        page.Write(fraction);
    }
}
