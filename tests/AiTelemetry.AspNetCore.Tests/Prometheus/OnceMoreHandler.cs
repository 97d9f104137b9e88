using System.Net;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>Sends a request again after a 429, once the wait that the answer asks for is over.</summary>
internal sealed class OnceMoreHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.TooManyRequests)
            return response;
        var wait = TimeSpan.FromMilliseconds(int.Parse(response.Headers.GetValues("retry-after-ms").Single()));
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        response.Dispose();
        using var timer = new PeriodicTimer(wait);
        await timer.WaitForNextTickAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
