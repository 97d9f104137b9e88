using System.IO.Compression;

namespace AiTelemetry.Testing.Serving;

/// <summary>Encodes a body part by part; after each part the client can decode everything up to there.</summary>
sealed class BodyEncoder : IDisposable
{
    readonly MemoryStream _output = new();
    readonly Stream? _encoder;

    public BodyEncoder(string? encoding) => _encoder = encoding switch
    {
        "gzip" => new GZipStream(_output, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(_output, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(_output, CompressionLevel.Fastest, leaveOpen: true), // RFC 9110 8.4.1.2: "deflate" is the zlib format
        _ => null,
    };

    public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> part)
    {
        if (_encoder is null)
            return part;
        _encoder.Write(part.Span);
        _encoder.Flush();
        return Take();
    }

    /// <summary>What the encoding writes after the last part, if anything.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        _encoder?.Dispose();
        return Take();
    }

    public void Dispose()
    {
        _encoder?.Dispose();
        _output.Dispose();
    }

    byte[] Take()
    {
        var bytes = _output.ToArray();
        _output.SetLength(0);
        return bytes;
    }
}
