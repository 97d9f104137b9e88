using AiTelemetry.Catalog;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>Series of one metric of the catalogue: all of them, or those whose labels match.</summary>
internal sealed class Series
{
    readonly string _suffix;
    readonly string[] _matches;

    Series(MetricDefinition metric, string suffix, string[] matches, Label[] labels) => (Metric, _suffix, _matches, Labels) = (metric, suffix, matches, labels);

    public MetricDefinition Metric { get; }

    /// <summary>The labels it is narrowed by.</summary>
    public Label[] Labels { get; }

    /// <summary>As PromQL. The names of the catalogue's own meters come out in Prometheus as they stand.</summary>
    public string Text => Metric.Name + _suffix + (_matches.Length == 0 ? "" : "{" + string.Join(",", _matches) + "}");

    public static Series Of(MetricDefinition metric) =>
        metric.Kind == MetricKind.Histogram ? throw new ArgumentException($"{metric.Name} is a histogram: say which of its series.", nameof(metric)) : new(metric, "", [], []);

    public static Series BucketsOf(MetricDefinition histogram) => OfHistogram(histogram, "_bucket");

    public static Series CountOf(MetricDefinition histogram) => OfHistogram(histogram, "_count");

    public static Series SumOf(MetricDefinition histogram) => OfHistogram(histogram, "_sum");

    /// <summary>Those of them where the label has, or has not, one of these values. Where the catalogue closes the values, they are held against it.</summary>
    public Series Where(Label label, params string[] values) => Narrowed(label, values.Length == 1 ? "=" : "=~", values);

    /// <summary>Those of them where the label has none of these values.</summary>
    public Series Unless(Label label, params string[] values) => Narrowed(label, values.Length == 1 ? "!=" : "!~", values);

    /// <summary>Those of them that the variables of a dashboard let through, for the labels they have.</summary>
    public Series Shown() => Variable.All.Where(variable => Array.Exists(Metric.Tags, tag => tag.Key == variable.Label.Name))
        .Aggregate(this, (series, variable) => series.With(variable.Label, $"{variable.Label.Name}=~\"${variable.Name}\""));

    Series Narrowed(Label label, string comparison, string[] values)
    {
        var tag = Array.Find(Metric.Tags, tag => tag.Key == label.Name) ?? throw new ArgumentException($"{Metric.Name} has no {label.Name}.", nameof(label));
        if (tag.Values.Length > 0 && Array.Find(values, value => !tag.Values.Contains(value, StringComparer.Ordinal)) is { } unknown)
            throw new ArgumentException($"{Metric.Name} has no {label.Name} '{unknown}'.", nameof(values));
        return With(label, $"{label.Name}{comparison}\"{string.Join('|', values)}\"");
    }

    Series With(Label label, string match) => new(Metric, _suffix, [.. _matches, match], [.. Labels, label]);

    static Series OfHistogram(MetricDefinition metric, string suffix) =>
        metric.Kind == MetricKind.Histogram ? new(metric, suffix, [], []) : throw new ArgumentException($"{metric.Name} is no histogram.", nameof(metric));
}
