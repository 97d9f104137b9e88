using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using AiTelemetry.Catalog;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>A PromQL expression that knows which metrics and labels it names.</summary>
/// <remarks>
/// Written as an interpolated string: <c>Of($"sum by ({Label.Model}) (rate({calls}[5m]))")</c>. What stands in the holes are objects of the catalogue; a hole with a
/// string does not compile, so that no name can be spelt by hand.
/// </remarks>
internal sealed class Expression
{
    Expression(string text, HashSet<MetricDefinition> metrics, HashSet<Label> labels, HashSet<RecordingRule> recorded) =>
        (Text, Metrics, Labels, Recorded) = (text, metrics, labels, recorded);

    public string Text { get; }

    /// <summary>Every metric it names, through recording rules too.</summary>
    public IReadOnlySet<MetricDefinition> Metrics { get; }

    public IReadOnlySet<Label> Labels { get; }

    /// <summary>Every recorded series it names.</summary>
    public IReadOnlySet<RecordingRule> Recorded { get; }

    public static Expression Of(Writer writer) => writer.Written();

    public override string ToString() => Text;

    /// <summary>Puts an expression together.</summary>
    [InterpolatedStringHandler]
    public sealed class Writer
    {
        readonly StringBuilder _text;
        readonly HashSet<MetricDefinition> _metrics = [];
        readonly HashSet<Label> _labels = [];
        readonly HashSet<RecordingRule> _recorded = [];

        public Writer(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (32 * formattedCount));

        public void AppendLiteral(string text) => _text.Append(text);

        public void AppendFormatted(Series series)
        {
            _text.Append(series.Text);
            _metrics.Add(series.Metric);
            _labels.UnionWith(series.Labels);
        }

        public void AppendFormatted(Label label)
        {
            _text.Append(label.Name);
            _labels.Add(label);
        }

        public void AppendFormatted(Expression inner)
        {
            _text.Append(inner.Text);
            _metrics.UnionWith(inner.Metrics);
            _labels.UnionWith(inner.Labels);
            _recorded.UnionWith(inner.Recorded);
        }

        public void AppendFormatted(RecordingRule rule)
        {
            _text.Append(rule.Name);
            _metrics.UnionWith(rule.Expression.Metrics);
            _recorded.Add(rule);
        }

        public void AppendFormatted(Target target) => _text.Append(CultureInfo.InvariantCulture, $"{Label.Job.Name}=\"{target.Job}\"");

        public void AppendFormatted(decimal number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(double number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(TimeSpan time) => _text.Append(Durations.Text(time));

        public Expression Written() => new(_text.ToString(), _metrics, _labels, _recorded);
    }
}
