using AiTelemetry.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace AiTelemetry.Calls;

/// <summary>Puts our handler innermost into the clients of the factory, behind everything the app adds, so that every attempt is seen.</summary>
internal sealed class AiTelemetryHandlerFilter(IServiceProvider services, CallTelemetrySource source) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (!IsObserved(builder.Name) || builder.AdditionalHandlers.Any(handler => handler is AiTelemetryHandler))
            return;
        var name = builder.Name;
        builder.AdditionalHandlers.Add(new AiTelemetryHandler(source, () => TimeoutOf(name)));
    };

    bool IsObserved(string? client)
    {
        try
        {
            var all = services.GetService<ObserveAllClients>() is not null && services.GetRequiredService<IOptions<AiTelemetryOptions>>().Value.ObserveAllHttpClients;
            return all || services.GetRequiredService<IOptions<ObservedClients>>().Value.Names.Contains(client ?? "");
        }
        catch (OptionsValidationException)
        {
            return false; // the host's start says what is wrong; a client must come out of the factory all the same
        }
    }

    /// <summary>What the app's own configuration of the client sets as its timeout.</summary>
    TimeSpan? TimeoutOf(string? client)
    {
        try
        {
            using var probe = new HttpClient(new NoHandler(), disposeHandler: true);
            foreach (var action in services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(client).HttpClientActions)
                action(probe);
            return probe.Timeout == Timeout.InfiniteTimeSpan ? null : probe.Timeout;
        }
        catch (Exception e)
        {
            source.Get()?.Faults.Report(Doors.End, e); // the app's action did not like to run here: the timeout stays unknown
            return null;
        }
    }

    sealed class NoHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("This client exists to be configured, not to send.");
    }
}

/// <summary>Registered by <c>services.AddAiTelemetry()</c>: the clients of the factory are observed.</summary>
internal sealed class ObserveAllClients;

/// <summary>The clients that asked for observation one by one.</summary>
internal sealed class ObservedClients
{
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);
}
