using AiTelemetry.AspNetCore;
using AiTelemetry.AspNetCore.Prometheus;

namespace OpenTelemetry.Metrics;

/// <summary>Adds AiTelemetry's Prometheus exporter to an app that sets OpenTelemetry up itself.</summary>
public static class PrometheusMeterProviderBuilderExtensions
{
    /// <summary>Lets a Prometheus server read every metric this provider sees.</summary>
    /// <remarks>Not named AddPrometheusExporter, so that a host may have OpenTelemetry's own exporter package too.</remarks>
    /// <param name="builder">The builder of the meter provider.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static MeterProviderBuilder AddAiTelemetryPrometheusExporter(this MeterProviderBuilder builder, Action<PrometheusExporterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services => PrometheusExporterRegistration.Add(services, configure));
    }
}
