using System.Net;
using System.Net.Http.Headers;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Answers at once from memory, as the network would: headers first, then a body that cannot be sought in, in pieces.</summary>
/// <param name="body">The body.</param>
/// <param name="piece">The most bytes one read gives.</param>
/// <param name="byEvents">Whether a read ends behind each event, as it does where a server sends one at a time.</param>
internal sealed class CannedHandler(byte[] body, int piece = int.MaxValue, bool byEvents = false) : HttpMessageHandler
{
    static readonly MediaTypeHeaderValue Json = new("application/json");
    static readonly MediaTypeHeaderValue Events = new("text/event-stream");

    readonly int[] _ends = byEvents ? [.. Enumerable.Range(1, body.Length).Where(i => i > 1 && body[i - 1] == '\n' && body[i - 2] == '\n')] : [];
    readonly MediaTypeHeaderValue _type = body[0] == (byte)'{' ? Json : Events;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new Body(body, piece, _ends);
        content.Headers.ContentType = _type;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

    sealed class Body(byte[] bytes, int piece, int[] ends) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.Write(bytes);

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(CreateContentReadStream(default));

        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new PieceStream(bytes, piece, ends);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false; // a stream of events has none
        }
    }
}
