namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The page would exceed the limit of the options; nothing of it is sent.</summary>
internal sealed class PageTooLargeException(int limit)
    : Exception($"The metrics page is larger than {nameof(PrometheusExporterOptions.MaxResponseBytes)} ({limit} bytes). Raise the option, or drop meters, tags or buckets with views.")
{
    public int Limit { get; } = limit;
}
