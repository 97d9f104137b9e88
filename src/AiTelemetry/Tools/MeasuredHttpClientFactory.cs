using AiTelemetry.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tools;

/// <summary>The app's factory of HTTP clients, with the making of each client measured. The clients are its own.</summary>
internal sealed class MeasuredHttpClientFactory(IHttpClientFactory inner, CallTelemetrySource source) : IHttpClientFactory
{
    public HttpClient CreateClient(string name)
    {
        // Only once telemetry is there: making it may itself make clients.
        if (source.Ready?.Tools is not { Instruments.TimesCreations: true } telemetry)
            return inner.CreateClient(name);
        var started = telemetry.Time.GetTimestamp();
        var client = inner.CreateClient(name);
        telemetry.Created(FactoryType.Provider, string.IsNullOrEmpty(name) ? "default" : name, started);
        return client;
    }

    /// <summary>Stands before the factory that the services have by now.</summary>
    public static void Wrap(IServiceCollection services)
    {
        if (services.LastOrDefault(static service => service.ServiceType == typeof(IHttpClientFactory) && !service.IsKeyedService) is not { } inner)
            return;
        services.Remove(inner);
        services.Add(new ServiceDescriptor(typeof(IHttpClientFactory),
            provider => new MeasuredHttpClientFactory(Make(inner, provider), provider.GetRequiredService<CallTelemetrySource>()), inner.Lifetime));
    }

    static IHttpClientFactory Make(ServiceDescriptor inner, IServiceProvider provider) => (IHttpClientFactory)(
        inner.ImplementationInstance ?? inner.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!));
}
