using AiTelemetry.Testing.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AiTelemetry.Testing.Serving;

/// <summary>The way to one client for one answer: encodes, splits, writes down what is sent, closes rudely when asked to.</summary>
sealed class FakeConnection(HttpContext context, FakeCall call, CancellationToken cancellation) : IDisposable
{
    const int Http2InternalError = 2;

    readonly BodyEncoder _encoder = new(call.Reply.Encoding);

    public async Task StartAsync(int status, Dictionary<string, string> headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        call.Headers = headers;
        call.Status = status;
        await context.Response.StartAsync(cancellation).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
    }

    public Task SendAsync(FakePart part)
    {
        call.Sending(part, part.Bytes.Span);
        return WriteAsync(_encoder.Encode(part.Bytes));
    }

    public Task FinishAsync() => WriteAsync(_encoder.Finish());

    /// <summary>Closes the connection once everything written so far has left, without the end that HTTP asks for.</summary>
    /// <remarks>A plain abort is a TCP reset, which may overtake what was sent before it: a test would see now more, now less of the answer.</remarks>
    public async Task AbortAsync()
    {
        if (context.Features.Get<IHttpResetFeature>() is { } http2)
        {
            http2.Reset(Http2InternalError);
            return;
        }
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed
            .Register(closed.SetResult).ConfigureAwait(false);
        await context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.CompleteAsync().ConfigureAwait(false);
        await closed.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public void Dispose() => _encoder.Dispose();

    async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var step = call.Reply.SplitEvery ?? Math.Max(1, bytes.Length);
        for (var start = 0; start < bytes.Length; start += step)
        {
            var piece = bytes[start..Math.Min(bytes.Length, start + step)];
            call.SendingBytes(piece.Length);
            await context.Response.Body.WriteAsync(piece, cancellation).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }
}
