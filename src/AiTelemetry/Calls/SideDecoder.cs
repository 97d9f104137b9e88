using System.Buffers;
using System.IO.Compression;
using AiTelemetry.Catalog;

namespace AiTelemetry.Calls;

/// <summary>Decodes a copy of an encoded body (gzip, br, deflate) as it passes by; the app decodes the original itself.</summary>
/// <remarks>
/// The bytes are pushed in; what comes out is told at once. What it cannot decode (another encoding, a broken body, more than
/// <see cref="MaxDecoded"/>) makes the usage unreadable, which is said, and nothing more is looked at.
/// </remarks>
internal sealed class SideDecoder : IDisposable
{
    /// <summary>Bytes decoded at most, so that a small body that unpacks to a huge one costs bounded time.</summary>
    public const long MaxDecoded = 512L << 20;

    const int BufferSize = 16 * 1024;

    readonly Faults _faults;
    readonly PushedBytes _pushed = new();
    readonly string _encoding;
    Stream? _stream;
    BrotliDecoder _brotli;
    long _decoded;

    public SideDecoder(string encoding, Faults faults)
    {
        _faults = faults;
        _encoding = encoding.Trim().ToLowerInvariant();
        IsReadable = _encoding is "gzip" or "x-gzip" or "br" or "deflate";
    }

    /// <summary>Whether everything so far could be decoded.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>Whether the body is not what its encoding says: then nobody can read it, the app neither.</summary>
    public bool IsBroken { get; private set; }

    public void Feed<TState>(ReadOnlySpan<byte> bytes, TState state, Action<TState, ReadOnlySpan<byte>> decoded)
    {
        if (!IsReadable || bytes.IsEmpty)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            if (_encoding == "br")
                FeedBrotli(bytes, buffer, state, decoded);
            else
                FeedDeflate(bytes, buffer, state, decoded);
        }
        catch (InvalidDataException)
        {
            Break(); // a broken body is the app's to find; here it only means that its usage cannot be read
        }
        catch (Exception e)
        {
            IsReadable = false;
            _faults.Report(Doors.Decode, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _brotli.Dispose();
    }

    void FeedBrotli<TState>(ReadOnlySpan<byte> bytes, byte[] buffer, TState state, Action<TState, ReadOnlySpan<byte>> decoded)
    {
        while (IsReadable)
        {
            var status = _brotli.Decompress(bytes, buffer, out var consumed, out var written);
            bytes = bytes[consumed..];
            Tell(buffer.AsSpan(0, written), state, decoded);
            if (status == OperationStatus.InvalidData)
                Break();
            if (status != OperationStatus.DestinationTooSmall)
                return;
        }
    }

    /// <summary>A deflate stream that finds no more bytes returns 0 and goes on where it was when more are there.</summary>
    void FeedDeflate<TState>(ReadOnlySpan<byte> bytes, byte[] buffer, TState state, Action<TState, ReadOnlySpan<byte>> decoded)
    {
        // "deflate" means zlib, but raw deflate is sent too: RFC 1950 gives zlib's first byte 8 as its low half (RFC 9110, 8.4.1.2).
        _stream ??= _encoding != "deflate" ? new GZipStream(_pushed, CompressionMode.Decompress)
            : (bytes[0] & 0x0F) == 8 ? new ZLibStream(_pushed, CompressionMode.Decompress)
            : new DeflateStream(_pushed, CompressionMode.Decompress);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_pushed.Take(bytes)..];
            int read;
            while (IsReadable && (read = _stream.Read(buffer, 0, buffer.Length)) > 0)
                Tell(buffer.AsSpan(0, read), state, decoded);
            if (!IsReadable || _pushed.Left > 0)
                return; // what follows the end of the encoded body is not part of it
        }
    }

    void Break() => (IsReadable, IsBroken) = (false, true);

    void Tell<TState>(ReadOnlySpan<byte> bytes, TState state, Action<TState, ReadOnlySpan<byte>> decoded)
    {
        _decoded += bytes.Length;
        if (_decoded > MaxDecoded)
            IsReadable = false;
        else if (!bytes.IsEmpty)
            decoded(state, bytes);
    }

    /// <summary>What was pushed and not yet decoded, as a stream to decode from.</summary>
    sealed class PushedBytes : Stream
    {
        readonly byte[] _bytes = new byte[4096];
        int _start;
        int _end;

        public int Left => _end - _start;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public int Take(ReadOnlySpan<byte> bytes)
        {
            var taken = Math.Min(bytes.Length, _bytes.Length);
            bytes[..taken].CopyTo(_bytes);
            (_start, _end) = (0, taken);
            return taken;
        }

        public override int Read(Span<byte> buffer)
        {
            var read = Math.Min(buffer.Length, Left);
            _bytes.AsSpan(_start, read).CopyTo(buffer);
            _start += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
