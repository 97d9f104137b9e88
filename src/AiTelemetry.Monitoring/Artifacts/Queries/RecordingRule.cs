using AiTelemetry.Catalog;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>A series that Prometheus keeps ready, so that alerts read one number instead of every bucket.</summary>
/// <remarks>Named as Prometheus advises, <c>labels:metric:operation</c>: https://prometheus.io/docs/practices/rules/.</remarks>
internal sealed class RecordingRule
{
    public RecordingRule(Label[] labels, MetricDefinition metric, string operation, Expression expression)
    {
        var name = metric.Name.EndsWith("_total", StringComparison.Ordinal) ? metric.Name[..^"_total".Length] : metric.Name;
        Name = $"{string.Join('_', labels.Select(label => label.Name).DefaultIfEmpty("all"))}:{name}:{operation}";
        Expression = expression;
    }

    public string Name { get; }

    public Expression Expression { get; }
}
