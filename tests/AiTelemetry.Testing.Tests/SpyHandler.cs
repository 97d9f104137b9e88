namespace AiTelemetry.Testing.Tests;

/// <summary>Keeps what passes an HttpClient, to see what an SDK does with it.</summary>
sealed class SpyHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    public List<HttpRequestMessage> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return base.SendAsync(request, cancellationToken);
    }
}
