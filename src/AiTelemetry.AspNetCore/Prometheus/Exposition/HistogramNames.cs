using System.Globalization;
using System.Text;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The parts of a histogram's lines that are the same for all its series, as bytes.</summary>
internal sealed class HistogramNames(string family)
{
    readonly List<BoundText>[] _bounds = [[], []];

    public byte[] Bucket { get; } = Encoding.UTF8.GetBytes(family + "_bucket{");

    public byte[] Sum { get; } = Encoding.UTF8.GetBytes(family + "_sum");

    public byte[] Count { get; } = Encoding.UTF8.GetBytes(family + "_count");

    /// <summary>The <c>le</c> label with what closes the labels: <c>,le="0.5"} </c>.</summary>
    /// <param name="index">Which bucket of the series.</param>
    /// <param name="bound">Its upper bound.</param>
    /// <param name="format">OpenMetrics wants whole numbers as <c>1.0</c>; text has <c>1</c> everywhere.</param>
    /// <param name="separator">Whether labels stand before it.</param>
    public ReadOnlySpan<byte> Bound(int index, double bound, ExpositionFormat format, bool separator)
    {
        var bounds = _bounds[(int)format];
        if (index == bounds.Count)
            bounds.Add(new BoundText(bound, Encode(bound, format)));
        else if (!bounds[index].Bound.Equals(bound))
            bounds[index] = new BoundText(bound, Encode(bound, format));
        return bounds[index].Text.AsSpan(separator ? 0 : 1);
    }

    static byte[] Encode(double bound, ExpositionFormat format)
    {
        var text = double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture).Replace('E', 'e');

        // https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers
        if (format == ExpositionFormat.OpenMetrics && double.IsFinite(bound) && !text.AsSpan().ContainsAny('.', 'e'))
            text += ".0";
        return Encoding.UTF8.GetBytes($",le=\"{text}\"}} ");
    }

    readonly record struct BoundText(double Bound, byte[] Text);
}
