using System.Net;

namespace AiTelemetry.Calls;

/// <summary>A response's content with an observer beside it: same headers, same length, same bytes, same exceptions.</summary>
internal sealed class ObservedContent : HttpContent
{
    readonly HttpContent _inner;
    readonly ObservedStream _call;

    public ObservedContent(HttpContent inner, ObservedStream call)
    {
        _inner = inner;
        _call = call;
        // Copied, not shared: headers belong to one content, and a shared collection would compute the wrong length.
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            if (values.Count == 1)
            {
                var value = values.ToString();
                Headers.TryAddWithoutValidation(name, value);
                call.OnContentHeader(name, value);
            }
            else
            {
                Headers.TryAddWithoutValidation(name, values);
                call.OnContentHeader(name, values.ToString());
            }
        }
    }

    /// <summary>The call that watches.</summary>
    public ObservedStream Call => _call;

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _call.IsReading = true;
        try
        {
            _inner.CopyTo(_call.Before(stream), context, cancellationToken);
        }
        catch (Exception e)
        {
            // Without async a cancellation comes as whatever the broken connection throws.
            _call.OnEnd(cancellationToken.IsCancellationRequested ? EndReason.Cancelled : EndReason.Exception, e);
            throw;
        }
        finally
        {
            _call.IsReading = false;
        }
        Copied();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var copying = _inner.CopyToAsync(_call.Before(stream), context, cancellationToken);
        if (!copying.IsCompletedSuccessfully)
            return AwaitCopy(copying);
        Copied();
        return copying;
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        _call.Before(_inner.ReadAsStream(cancellationToken));

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        _call.Before(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known ?? 0;
        return known.HasValue;
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
            if (disposing)
                _inner.Dispose();
        }
        finally
        {
            if (disposing)
                _call.OnEnd(_call.IsReading ? EndReason.Cancelled : EndReason.Disposed, null); // HttpClient.Send disposes under its own read at its timeout
        }
    }

    async Task AwaitCopy(Task copying)
    {
        try
        {
            await copying.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _call.OnEnd(EndReason.Exception, e);
            throw;
        }
        Copied();
    }

    void Copied()
    {
        _call.Leave();
        _call.OnEnd(EndReason.EndOfBody, null);
    }
}
