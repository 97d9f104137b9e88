using System.Net;

namespace AiTelemetry.Calls;

/// <summary>A request's content whose bytes are mirrored to a reader while they are sent. In place only during the send.</summary>
/// <remarks>Length, headers and framing are those of the app's content: chunked stays chunked, a known length stays known.</remarks>
internal sealed class ObservedRequestContent : HttpContent
{
    readonly HttpContent _inner;
    readonly ObservedStream _observer;

    public ObservedRequestContent(HttpContent inner, ObservedStream observer)
    {
        _inner = inner;
        _observer = observer;
        // Copied, not shared: a handler further inside may buffer this content, and its length must then be found here.
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            if (values.Count == 1)
                Headers.TryAddWithoutValidation(name, values.ToString()); // nothing is boxed for the usual case
            else
                Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _inner.CopyTo(_observer.Before(stream), context, cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        _inner.CopyToAsync(_observer.Before(stream), context);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _inner.CopyToAsync(_observer.Before(stream), context, cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        _observer.Before(_inner.ReadAsStream(cancellationToken));

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        _observer.Before(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known ?? 0;
        return known.HasValue;
    }

    // The app's content is the app's: it is put back after the send and not disposed here.
}
