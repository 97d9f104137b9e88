using System.Diagnostics.Metrics;
using AiTelemetry;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds AiTelemetry to an app.</summary>
public static class AiTelemetryServiceCollectionExtensions
{
    /// <summary>
    /// Measures every LLM provider call that the app's clients of <c>IHttpClientFactory</c> make, and makes the metrics and spans known to
    /// OpenTelemetry: to the providers the app sets up itself, before or after, or to those that an exporter added here starts.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes the options; every call's changes count.</param>
    /// <returns>A builder for the ways out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static AiTelemetryBuilder AddAiTelemetry(this IServiceCollection services, Action<AiTelemetryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddAiTelemetryCore();
        services.TryAddSingleton<ObserveAllClients>();
        if (configure is not null)
            services.Configure(configure);
        return new AiTelemetryBuilder(services);
    }

    /// <summary>Measures the LLM provider calls of this client; with <c>services.AddAiTelemetry()</c> all clients are measured already.</summary>
    /// <param name="builder">The client.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder AddAiTelemetry(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddAiTelemetryCore();
        builder.Services.Configure<ObservedClients>(clients => clients.Names.Add(builder.Name));
        return builder;
    }

    static void AddAiTelemetryCore(this IServiceCollection services)
    {
        services.AddHttpClient();
        services.AddMetrics();
        services.AddOptions<AiTelemetryOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiTelemetryOptions>, AiTelemetryOptionsRules>());
        services.TryAddSingleton<CallTelemetrySource>();
        services.TryAddSingleton(static provider => new CallTelemetry(
            provider.GetRequiredService<IOptions<AiTelemetryOptions>>().Value,
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton(static provider => provider.GetRequiredService<CallTelemetry>().Prices);
        services.TryAddSingleton(static provider => new ProviderCallRecorder(provider.GetRequiredService<CallTelemetrySource>()));
        services.TryAddSingleton(static provider => new ToolMeter(provider.GetRequiredService<CallTelemetrySource>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, AiTelemetryHandlerFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AiTelemetryHostedService>());
        if (services.Any(static service => service.ServiceType == typeof(MetersKnown)))
            return;
        services.AddSingleton<MetersKnown>();
        MeasuredHttpClientFactory.Wrap(services);
        services.ConfigureOpenTelemetryMeterProvider(static (provider, meters) =>
            meters.AddAiTelemetry().AddCardinalityLimits(provider.GetRequiredService<IOptions<AiTelemetryOptions>>()));
        services.ConfigureOpenTelemetryTracerProvider(static tracers => tracers.AddAiTelemetry());
    }

    /// <summary>Marks that the meters and sources were made known to the providers.</summary>
    sealed class MetersKnown;
}
