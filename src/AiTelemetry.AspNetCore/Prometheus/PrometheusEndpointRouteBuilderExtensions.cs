using System.Diagnostics.CodeAnalysis;
using AiTelemetry.AspNetCore;
using AiTelemetry.AspNetCore.Prometheus.Scraping;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the metrics page of AiTelemetry.</summary>
public static class PrometheusEndpointRouteBuilderExtensions
{
    /// <summary>Serves every metric of the app at <paramref name="pattern"/>, as Prometheus text or OpenMetrics.</summary>
    /// <param name="endpoints">The routes of the app.</param>
    /// <param name="pattern">The route; GET only.</param>
    /// <returns>The endpoint, for <c>RequireAuthorization()</c>, <c>RequireHost()</c> and the like.</returns>
    /// <exception cref="InvalidOperationException"><c>AddPrometheusExporter()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapAiTelemetryMetrics(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/metrics")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        var scraper = services.GetService<Scraper>()
            ?? throw new InvalidOperationException("Call services.AddAiTelemetry().AddPrometheusExporter() (or AddAiTelemetryPrometheusExporter() on the app's MeterProviderBuilder) before MapAiTelemetryMetrics().");

        // Resolved here so that measurements made before the first scrape are seen, whoever else starts the SDK.
        services.GetService<MeterProvider>();
        var endpoint = new MetricsEndpoint(
            scraper,
            services.GetRequiredService<IOptions<PrometheusExporterOptions>>().Value,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<MetricsEndpoint>(),
            listensOn: null);
        return endpoints.MapMethods(pattern, [HttpMethods.Get], (RequestDelegate)endpoint.HandleAsync).WithDisplayName("AiTelemetry metrics");
    }
}
