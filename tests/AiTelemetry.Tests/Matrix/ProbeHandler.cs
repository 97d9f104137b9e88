using System.Net;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Stands under the handler being tested and writes down the requests, responses and reads that reach it.</summary>
internal sealed class ProbeHandler(HttpMessageHandler inner, Journal log, bool counts) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked(request);
        return Answered(await base.SendAsync(request, cancellationToken));
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked(request);
        return Answered(base.Send(request, cancellationToken));
    }

    void Asked(HttpRequestMessage request)
    {
        log.Add($"{request.Method} {request.RequestUri} {request.Version} {request.VersionPolicy}, options {string.Join(',', request.Options.Select(o => o.Key))}");
        log.Add(request.Headers, "request");
        if (request.Content is { } content)
        {
            log.Add($"request length {content.Headers.ContentLength}");
            log.Add(content.Headers, "request content");
        }
    }

    HttpResponseMessage Answered(HttpResponseMessage response)
    {
        log.Add($"answered {(int)response.StatusCode}");
        response.Content = new Probed(response.Content, log, counts);
        return response;
    }

    sealed class Probed : HttpContent
    {
        readonly HttpContent _inner;
        readonly Journal _log;
        readonly bool _counts;

        public Probed(HttpContent inner, Journal log, bool counts)
        {
            (_inner, _log, _counts) = (inner, log, counts);
            foreach (var (name, values) in inner.Headers.NonValidated)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _log.Add("SerializeToStreamAsync");
            await _inner.CopyToAsync(stream, context, cancellationToken);
            _log.Add("serialized");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _log.Add("SerializeToStream");
            _inner.CopyTo(stream, context, cancellationToken);
            _log.Add("serialized");
        }

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        {
            _log.Add("CreateContentReadStreamAsync");
            return new ProbeStream(await _inner.ReadAsStreamAsync(cancellationToken), _log, _counts);
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
        {
            _log.Add("CreateContentReadStream");
            return new ProbeStream(_inner.ReadAsStream(cancellationToken), _log, _counts);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (!disposing)
                return;
            _log.Add("content disposed");
            _inner.Dispose();
        }
    }
}
