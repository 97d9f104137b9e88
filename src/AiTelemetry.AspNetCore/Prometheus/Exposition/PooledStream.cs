namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>A stream to write to, over the buffers of <see cref="PageBuffers"/>; disposing it gives them back.</summary>
internal sealed class PooledStream(PageBuffers buffers, int expected) : Stream
{
    byte[] _buffer = buffers.Rent(expected);
    int _length;

    /// <summary>Takes the buffer out; whoever does returns it to the pool.</summary>
    public byte[] Detach(out int written)
    {
        written = _length;
        var buffer = _buffer;
        _buffer = [];
        return buffer;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > _buffer.Length - _length)
        {
            var larger = buffers.Rent(checked(Math.Max(_length + buffer.Length, _buffer.Length * 2)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            buffers.Return(_buffer);
            _buffer = larger;
        }

        buffer.CopyTo(_buffer.AsSpan(_length));
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            buffers.Return(_buffer);
            _buffer = [];
            _length = 0;
        }

        base.Dispose(disposing);
    }
}
