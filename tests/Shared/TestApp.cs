using AiTelemetry.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Shared;

/// <summary>A small app with AiTelemetry in it and a recorder on it. Disposing checks that nothing off the catalogue was told.</summary>
internal sealed class TestApp : IDisposable
{
    public TestApp(Action<AiTelemetryOptions>? configure = null, Action<IServiceCollection>? services = null, TimeProvider? time = null)
    {
        var collection = new ServiceCollection();
        if (time is not null)
            collection.AddSingleton(time);
        collection.AddAiTelemetry(configure);
        services?.Invoke(collection);
        Services = collection.BuildServiceProvider();
        Recorder = new TelemetryRecorder(Services);
    }

    public ServiceProvider Services { get; }

    public TelemetryRecorder Recorder { get; }

    /// <summary>A client whose requests a function answers in place of the network.</summary>
    public HttpClient Client(Func<HttpRequestMessage, HttpResponseMessage> answer) => Client(new Answers(answer));

    /// <summary>A client on top of a handler.</summary>
    public HttpClient Client(HttpMessageHandler inner) => new(new AiTelemetryHandler(Services, inner));

    /// <summary>A client that sends over sockets.</summary>
    public HttpClient Client() => Client(new SocketsHttpHandler());

    public void Dispose()
    {
        Recorder.Dispose();
        Services.Dispose();
        Assert.Empty(Recorder.OffCatalogue);
    }

    /// <summary>Answers at once, synchronously, having read the request as the network would.</summary>
    internal sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Content?.CopyTo(Stream.Null, null, cancellationToken);
            return answer(request);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
