namespace AiTelemetry.Tests.Matrix;

/// <summary>Answers in place of the network, having read the request as the network would.</summary>
/// <param name="answer">The answer to a request.</param>
/// <param name="later">Whether it comes on another turn, not at once.</param>
internal sealed class InMemoryHandler(Func<HttpRequestMessage, HttpResponseMessage> answer, bool later = false) : HttpMessageHandler
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Content?.CopyTo(Stream.Null, null, cancellationToken);
        return Answered(request);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (later)
            await Task.Yield();
        if (request.Content is { } content)
            await content.CopyToAsync(Stream.Null, cancellationToken);
        return Answered(request);
    }

    HttpResponseMessage Answered(HttpRequestMessage request)
    {
        var response = answer(request);
        response.RequestMessage = request;
        return response;
    }
}
