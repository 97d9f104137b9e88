using AiTelemetry;
using AiTelemetry.AspNetCore;
using AiTelemetry.AspNetCore.Prometheus;
using AiTelemetry.Calls;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Prometheus exporter to <c>services.AddAiTelemetry()</c>.</summary>
public static class PrometheusAiTelemetryBuilderExtensions
{
    /// <summary>Lets a Prometheus server read every metric of the app.</summary>
    /// <remarks>
    /// A web app adds <c>app.MapAiTelemetryMetrics()</c>; a worker sets <see cref="PrometheusExporterOptions.ListenPort"/>. Asking twice is harmless: the
    /// options add up.
    /// </remarks>
    /// <param name="builder">What <c>AddAiTelemetry</c> returned.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static AiTelemetryBuilder AddPrometheusExporter(this AiTelemetryBuilder builder, Action<PrometheusExporterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        PrometheusExporterRegistration.Add(builder.Services, configure);
        SdkStart.StartMetrics(builder.Services);
        return builder;
    }
}
