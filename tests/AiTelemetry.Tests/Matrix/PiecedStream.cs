namespace AiTelemetry.Tests.Matrix;

/// <summary>A body that comes in pieces as if over a network: one piece a read, at once or later, and perhaps with a bad end.</summary>
internal sealed class PiecedStream(ReadOnlyMemory<byte> body, Func<int> nextPiece, bool later = false, Exception? badEnd = null) : Stream
{
    int _at;
    int _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override bool CanTimeout => true;

    public override int ReadTimeout { get; set; } = 1234;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_left == 0)
            _left = Math.Min(Math.Max(1, nextPiece()), body.Length - _at);
        if (_left == 0 && badEnd is not null)
            throw badEnd;
        var read = Math.Min(_left, buffer.Length);
        body.Span.Slice(_at, read).CopyTo(buffer);
        (_at, _left) = (_at + read, _left - read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (later)
            await Task.Yield();
        return Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
