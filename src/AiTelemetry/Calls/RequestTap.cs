using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>The stream before the one a request's body is written to: passes on, and shows what passes to a <see cref="RequestReader"/> until the call has its answer.</summary>
/// <remarks>
/// Apart from the reader, which is lent, as an app's content or a connection may hold and write to this stream at any time, also when the answer is there and the reader
/// serves another call: then bytes pass unseen. The gate decides between bytes that are just read and the end of reading; where bytes are, the reader is left to the collector.
/// </remarks>
internal sealed class RequestTap : ObservedStream
{
    const int Idle = 0;
    const int Busy = 1;
    const int Over = 2;

    [ThreadStatic]
    static RequestTap? t_tap;

    RequestReader? _reader;
    int _gate;

    public RequestTap(CallTelemetry telemetry, WireFormat format) => _reader = RequestReader.Lend(telemetry, format);

    RequestTap()
    {
    }

    /// <summary>Reads a body whose bytes are in memory, without the app noticing.</summary>
    /// <returns>What was read, to be given back.</returns>
    public static RequestReader Read(HttpContent content, CallTelemetry telemetry, WireFormat format)
    {
        var tap = t_tap ??= new RequestTap();
        var reader = tap._reader = RequestReader.Lend(telemetry, format);
        try
        {
            content.CopyTo(tap.Before(Null), null, CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The app sends a content that it disposed before: sending it tells the app so, and is recorded as the failed call that it is.
        }
        finally
        {
            tap.Leave(); // whatever is thrown, the next call of this thread finds it free
            tap._reader = null;
        }
        return reader;
    }

    public override void Observe(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.CompareExchange(ref _gate, Busy, Idle) != Idle)
            return;
        _reader?.Observe(bytes);
        Volatile.Write(ref _gate, Idle);
    }

    public override void OnEnd(EndReason reason, Exception? exception)
    {
        // A request that ends early still was what it was.
    }

    /// <summary>Ends the reading, and tells the call what was read.</summary>
    public void Finish(ProviderCall call)
    {
        var isIdle = Interlocked.CompareExchange(ref _gate, Over, Idle) == Idle;
        if (_reader is not { } reader)
            return;
        reader.ApplyTo(call);
        if (!isIdle)
            return; // bytes are being read this moment, on another thread: an answer came before its request had gone
        _reader = null;
        reader.TakeBack();
    }
}
