using System.Net;

namespace AiTelemetry.Conformance;

/// <summary>A body that comes in pieces as if over a network, of a length nobody is told.</summary>
/// <param name="body">The bytes.</param>
/// <param name="nextPiece">How many of them the next read gives at most.</param>
internal sealed class PiecewiseContent(byte[] body, Func<int> nextPiece) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new Pieces(body, nextPiece));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new Pieces(body, nextPiece);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    sealed class Pieces(byte[] body, Func<int> nextPiece) : Stream
    {
        int _at;

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
            var read = Math.Min(body.Length - _at, Math.Min(nextPiece(), buffer.Length));
            body.AsSpan(_at, read).CopyTo(buffer);
            _at += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
