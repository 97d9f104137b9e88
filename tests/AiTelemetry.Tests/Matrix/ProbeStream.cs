using System.Security.Cryptography;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Stands under the code being tested and writes down which calls reach it, in their order, and the hash of the bytes it gave.</summary>
/// <param name="inner">Where the bytes come from.</param>
/// <param name="log">Takes a line a call.</param>
/// <param name="counts">Whether how much was asked and given is written down; over a network that varies by itself.</param>
internal sealed class ProbeStream(Stream inner, Journal log, bool counts) : Stream
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    string _last = "";
    bool _disposed;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override bool CanTimeout => inner.CanTimeout;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set
        {
            log.Add($"Position={value}");
            inner.Position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Asked("Read[]", count);
        return Given(buffer.AsSpan(offset), inner.Read(buffer, offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        Asked("Read<>", buffer.Length);
        return Given(buffer, inner.Read(buffer));
    }

    public override int ReadByte()
    {
        Asked("ReadByte", 1);
        var read = inner.ReadByte();
        Given([(byte)read], read < 0 ? 0 : 1);
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Asked("ReadAsync<>", buffer.Length);
        var reading = inner.ReadAsync(buffer, cancellationToken);
        return reading.IsCompletedSuccessfully ? new ValueTask<int>(Given(buffer.Span, reading.Result)) : Awaited(buffer, reading);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Asked("ReadAsync[]", count);
        return Awaited(buffer.AsMemory(offset, count), new ValueTask<int>(inner.ReadAsync(buffer, offset, count, cancellationToken))).AsTask();
    }

    // As the streams of HttpClient do: begin and end are another way to say ReadAsync.
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override void CopyTo(Stream destination, int bufferSize)
    {
        Asked("CopyTo", bufferSize);
        inner.CopyTo(destination, bufferSize);
    }

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        Asked("CopyToAsync", bufferSize);
        return inner.CopyToAsync(destination, bufferSize, cancellationToken);
    }

    public override void Flush() => log.Add("Flush");

    public override long Seek(long offset, SeekOrigin origin)
    {
        log.Add($"Seek {offset} {origin}");
        return inner.Seek(offset, origin);
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            log.Add("disposed");
            if (counts)
                log.Add("gave " + Convert.ToHexString(_hash.GetHashAndReset()));
            _hash.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    async ValueTask<int> Awaited(Memory<byte> buffer, ValueTask<int> reading)
    {
        var read = await reading;
        return Given(buffer.Span, read);
    }

    void Asked(string method, int bytes)
    {
        if (counts)
            log.Add($"{method} {bytes}");
        else if (method != _last)
            log.Add(method);
        _last = method;
    }

    int Given(ReadOnlySpan<byte> buffer, int bytes)
    {
        if (counts)
            log.Add($"-> {bytes}");
        if (!_disposed)
            _hash.AppendData(buffer[..bytes]);
        return bytes;
    }
}
