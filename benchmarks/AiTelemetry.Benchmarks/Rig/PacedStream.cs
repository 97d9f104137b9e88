using System.Diagnostics;
using System.Net;
using System.Threading.Tasks.Sources;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>A body whose bytes come when the other end says so, like those of a socket: a read waits, and goes on on a pool thread.</summary>
internal sealed class PacedStream : Stream, IValueTaskSource<int>
{
    readonly Lock _gate = new();
    readonly Queue<ReadOnlyMemory<byte>> _arrived = [];
    ManualResetValueTaskSourceCore<int> _reading = new() { RunContinuationsAsynchronously = true };
    Memory<byte> _buffer;
    bool _isWaiting;

    /// <summary>When the bytes of the last read were handed out to whoever stands on this stream.</summary>
    public long HandedOut { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A response with this body.</summary>
    public HttpMessageHandler Handler() => new Answers(this);

    /// <summary>A piece arrives; an empty one is the end.</summary>
    public void Arrive(ReadOnlyMemory<byte> piece)
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _arrived.Enqueue(piece);
                return;
            }
            _isWaiting = false;
        }
        _reading.SetResult(Copied(piece));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _buffer = buffer;
            if (_arrived.TryDequeue(out var piece))
            {
                HandedOut = Stopwatch.GetTimestamp();
                return new ValueTask<int>(Copied(piece));
            }
            _reading.Reset();
            _isWaiting = true;
            return new ValueTask<int>(this, _reading.Version);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token)
    {
        HandedOut = Stopwatch.GetTimestamp();
        return _reading.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, flags);

    int Copied(ReadOnlyMemory<byte> piece)
    {
        piece.CopyTo(_buffer);
        return piece.Length;
    }

    sealed class Answers(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body), RequestMessage = request });
    }
}
