namespace AiTelemetry.Benchmarks.Rig;

/// <summary>Bytes from memory that can be read forward only, at most a piece a read.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="piece">The most bytes of a read.</param>
/// <param name="ends">Where reads end besides, such as behind each event; none where empty.</param>
internal sealed class PieceStream(byte[] bytes, int piece, int[] ends) : Stream
{
    int _at;
    int _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var end = _ended < ends.Length ? ends[_ended] : bytes.Length;
        var read = Math.Min(Math.Min(buffer.Length, piece), end - _at);
        _ended += _at + read == end ? 1 : 0;
        bytes.AsSpan(_at, read).CopyTo(buffer);
        _at += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
