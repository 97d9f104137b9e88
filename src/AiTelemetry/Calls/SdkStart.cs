using System.Collections;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AiTelemetry.Calls;

/// <summary>Starts the OpenTelemetry SDK in the app's services when an exporter was asked for and the app does not set it up itself.</summary>
/// <remarks>
/// The provider registrations are the SDK's own and are made once per service collection, so that an app that sets OpenTelemetry up too,
/// before or after, has one provider with both configurations.
/// </remarks>
internal static class SdkStart
{
    public static void StartMetrics(IServiceCollection services) => new Builder(services).Wanted().WithMetrics();

    public static void StartTracing(IServiceCollection services) => new Builder(services).Wanted().WithTracing();

    /// <summary>Builds the providers where an exporter was asked for: building is what makes them listen.</summary>
    public static void BuildProviders(IServiceProvider services)
    {
        if (services.GetService<SdkWanted>() is null)
            return;
        // Made before the provider, and so disposed after it: the gauges can still be read for its last export.
        services.GetService<IMeterFactory>();
        services.GetService<MeterProvider>();
        services.GetService<TracerProvider>();
    }

    static Builder Wanted(this Builder builder)
    {
        if (builder.Services.Any(static service => service.ServiceType == typeof(SdkWanted)))
            return builder;
        builder.Services.AddSingleton<SdkWanted>();
        // The SDK reads its settings from there. Hosts have one; a plain service collection has none.
        builder.Services.TryAddSingleton<IConfiguration>(static _ => FromEnvironment());
        // First, so that it listens before any other service of the host makes a call.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, SdkHostedService>());
        return builder;
    }

    static IConfigurationRoot FromEnvironment() => new ConfigurationBuilder().AddInMemoryCollection(
        from variable in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        let name = (string)variable.Key
        where name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        select new KeyValuePair<string, string?>(name, (string?)variable.Value)).Build();

    sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }

    sealed class SdkHostedService(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            BuildProviders(services);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Registered when an exporter was asked for: the OpenTelemetry SDK is to be started.</summary>
internal sealed class SdkWanted;
