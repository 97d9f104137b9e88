using System.Text;
using System.Threading.Tasks.Sources;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>A connection of <see cref="SocketsHttpHandler"/> whose other end is in memory and answers every JSON request with the same body.</summary>
/// <remarks>So that what .NET's own client does and tells of itself is measured whole, without a network, on the thread that calls.</remarks>
internal sealed class MemoryConnection : Stream, IValueTaskSource<int>
{
    readonly byte[] _response;
    ManualResetValueTaskSourceCore<int> _reading;
    Memory<byte> _buffer;
    bool _isWaiting;
    int _at;

    MemoryConnection(byte[] body)
    {
        var isJson = body[0] == (byte)'{';
        _response = isJson
            ? [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]
            : [.. "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. Chunks(body)];
        _at = _response.Length;
    }

    /// <summary>A chunk for each event, as servers send them.</summary>
    static byte[] Chunks(ReadOnlySpan<byte> body)
    {
        var chunks = new List<byte>();
        while (!body.IsEmpty)
        {
            var chunk = body[..(body.IndexOf("\n\n"u8) + 2)];
            chunks.AddRange(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            chunks.AddRange(chunk);
            chunks.AddRange("\r\n"u8);
            body = body[chunk.Length..];
        }
        chunks.AddRange("0\r\n\r\n"u8);
        return [.. chunks];
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>.NET's own client on connections of this kind.</summary>
    public static SocketsHttpHandler Handler(byte[] body) => new() { ConnectCallback = (_, _) => new ValueTask<Stream>(new MemoryConnection(body)) };

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at < _response.Length)
            return new ValueTask<int>(Take(buffer.Span));
        _reading.Reset();
        _buffer = buffer;
        _isWaiting = true;
        return new ValueTask<int>(this, _reading.Version);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Take(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer is not [.., (byte)'}'])
            return; // the head of a request; its body is JSON and ends so
        _at = 0;
        if (!_isWaiting)
            return;
        _isWaiting = false;
        _reading.SetResult(Take(_buffer.Span)); // the client goes on from here, on this thread
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, flags);

    int Take(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _response.Length - _at);
        _response.AsSpan(_at, taken).CopyTo(buffer);
        _at += taken;
        return taken;
    }
}
