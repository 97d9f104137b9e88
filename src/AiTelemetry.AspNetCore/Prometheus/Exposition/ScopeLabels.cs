using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The labels that say which meter a series comes from.</summary>
internal static class ScopeLabels
{
    const string Prefix = "otel_scope_";

    public static List<KeyValuePair<string, object?>> Of(Metric metric)
    {
        var labels = new List<KeyValuePair<string, object?>> { new(Prefix + "name", metric.MeterName) };
        if (!string.IsNullOrEmpty(metric.MeterVersion))
            labels.Add(new(Prefix + "version", metric.MeterVersion));
        if (!string.IsNullOrEmpty(metric.MeterSchemaUrl))
            labels.Add(new(Prefix + "schema_url", metric.MeterSchemaUrl));

        foreach (var (key, value) in metric.MeterTags ?? [])
        {
            // The specification drops scope attributes that would overwrite the three above.
            if (MetricName.Sanitize(key, colons: false) is not ("name" or "version" or "schema_url"))
                labels.Add(new(Prefix + key, value));
        }

        return labels;
    }
}
