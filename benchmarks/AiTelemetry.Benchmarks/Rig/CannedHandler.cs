using System.Net;
using System.Net.Http.Headers;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Answers at once from memory, as the network would: headers first, then a body that cannot be sought in, in pieces.</summary>
/// <param name="body">The body.</param>
/// <param name="piece">The most bytes one read gives.</param>
internal sealed class CannedHandler(byte[] body, int piece = int.MaxValue) : HttpMessageHandler
{
    static readonly MediaTypeHeaderValue Json = new("application/json");
    static readonly MediaTypeHeaderValue Events = new("text/event-stream");

    readonly MediaTypeHeaderValue _type = body[0] == (byte)'{' ? Json : Events;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new Body(body, piece);
        content.Headers.ContentType = _type;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

    sealed class Body(byte[] bytes, int piece) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.Write(bytes);

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(CreateContentReadStream(default));

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new PieceStream(bytes, piece);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false; // a stream of events has none
        }
    }
}
