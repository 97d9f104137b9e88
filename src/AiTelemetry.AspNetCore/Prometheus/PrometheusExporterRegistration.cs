using AiTelemetry.AspNetCore.Prometheus.Scraping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus;

/// <summary>Registers the exporter once, however often and by whichever way it was asked for.</summary>
internal static class PrometheusExporterRegistration
{
    public static void Add(IServiceCollection services, Action<PrometheusExporterOptions>? configure)
    {
        if (configure is not null)
            services.Configure(configure);
        if (services.Any(d => d.ServiceType == typeof(Scraper)))
            return;

        services.AddLogging();
        services.AddOptions<PrometheusExporterOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PrometheusExporterOptions>, PrometheusExporterOptionsValidator>();
        services.AddSingleton<Scraper>();
        services.ConfigureOpenTelemetryMeterProvider((provider, builder) =>
        {
            builder.AddReader(provider.GetRequiredService<Scraper>().Reader);
            if (provider.GetRequiredService<IOptions<PrometheusExporterOptions>>().Value.Exemplars)
                builder.SetExemplarFilter(ExemplarFilterType.TraceBased);
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PrometheusListener>());
    }
}
