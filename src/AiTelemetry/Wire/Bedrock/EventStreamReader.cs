using System.Buffers.Binary;

namespace AiTelemetry.Wire.Bedrock;

/// <summary>Takes frames of AWS's binary event stream apart as they pass by, in pieces cut anywhere, and feeds their payload to a <see cref="JsonScanner"/>.</summary>
/// <remarks>
/// <see href="https://smithy.io/2.0/aws/amazon-eventstream.html"/>: total length (4 bytes, big endian), length of the headers (4), CRC-32 of these
/// eight (4), headers, payload, CRC-32 of all (4). Of the headers, <c>:event-type</c>, <c>:message-type</c>, <c>:exception-type</c> and
/// <c>:error-code</c> are told. Kept are the twelve bytes of a prelude or one header of at most 255 bytes. A frame whose prelude is not one ends
/// the reading: where the next begins cannot be known any more. The checksum behind a frame is not computed: by then the frame has been
/// read, and the app's SDK refuses the answer.
/// </remarks>
internal sealed class EventStreamReader
{
    const int PreludeLength = 12;
    const int ChecksumLength = 4;

    /// <summary>Frames are at most 24 MiB (services send far smaller ones), their headers at most 128 KiB.</summary>
    const uint MaxFrame = 24 << 20;
    const uint MaxHeaders = 128 << 10;

    static readonly uint[] Checksums = MakeChecksums();

    readonly byte[] _kept = new byte[256];
    ChunkReader _chunk;
    int _length;
    int _left;
    int _headersLeft;
    int _payloadLeft;
    Header _header;
    Mode _mode;
    bool _isChunk;
    bool _isFailure;
    bool _hadPayload;

    public void Feed(ReadOnlySpan<byte> bytes, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink)
    {
        while (!bytes.IsEmpty)
        {
            var used = _mode switch
            {
                Mode.Prelude => OnPrelude(bytes, sink),
                Mode.Payload => OnPayload(bytes, ref scanner, paths, sink),
                Mode.Checksum => OnChecksum(bytes, ref scanner, sink),
                Mode.Lost => bytes.Length,
                _ => OnHeader(bytes, sink),
            };
            bytes = bytes[used..];
        }
    }

    int OnPrelude(ReadOnlySpan<byte> bytes, IJsonSink sink)
    {
        var used = Keep(bytes, PreludeLength);
        if (_length < PreludeLength)
            return used;
        _length = 0;
        var total = BinaryPrimitives.ReadUInt32BigEndian(_kept);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(_kept.AsSpan(4));
        var sound = ChecksumOf(_kept.AsSpan(0, 8)) == BinaryPrimitives.ReadUInt32BigEndian(_kept.AsSpan(8));
        if (!sound || total > MaxFrame || headers > MaxHeaders || total < PreludeLength + headers + ChecksumLength)
        {
            Lose(sink);
            return used;
        }
        _headersLeft = (int)headers;
        _payloadLeft = (int)(total - headers) - PreludeLength - ChecksumLength;
        _hadPayload = _payloadLeft > 0;
        _isChunk = _isFailure = false;
        _chunk = default;
        _mode = _headersLeft > 0 ? Mode.NameLength : AfterHeaders;
        return used;
    }

    Mode AfterHeaders => _payloadLeft > 0 ? Mode.Payload : Mode.Checksum;

    /// <summary>One part of a header: the length of its name, its name, the type of its value, the length of that, the value.</summary>
    int OnHeader(ReadOnlySpan<byte> bytes, IJsonSink sink)
    {
        bytes = bytes[..Math.Min(bytes.Length, _headersLeft)];
        var used = 1;
        switch (_mode)
        {
            case Mode.NameLength:
                _left = bytes[0];
                _mode = Mode.Name;
                break;
            case Mode.Name:
                used = Keep(bytes, _left);
                if (_length < _left)
                    break;
                _header = HeaderOf(_kept.AsSpan(0, _length));
                _length = 0;
                _mode = Mode.Type;
                break;
            case Mode.Type:
                OnType(bytes[0], sink);
                break;
            case Mode.ValueLength:
                used = Keep(bytes, 2);
                if (_length < 2)
                    break;
                _left = BinaryPrimitives.ReadUInt16BigEndian(_kept);
                _length = 0;
                _mode = _left == 0 ? Mode.NameLength : Mode.Value;
                break;
            default:
                used = Math.Min(bytes.Length, _left);
                Keep(bytes[..used], _kept.Length);
                _left -= used;
                if (_left > 0)
                    break;
                OnValue(_kept.AsSpan(0, _length), sink);
                _length = 0;
                _mode = Mode.NameLength;
                break;
        }
        _headersLeft -= used;
        if (_headersLeft == 0 && _mode != Mode.Lost)
        {
            if (_mode != Mode.NameLength)
                Lose(sink); // the last header is longer than the headers
            else
                _mode = AfterHeaders;
        }
        return used;
    }

    /// <summary>The types of values: true and false have none, bytes and text have a length in front, the others are of a fixed one.</summary>
    void OnType(byte type, IJsonSink sink)
    {
        (_mode, _left) = type switch
        {
            0 or 1 => (Mode.NameLength, 0),
            2 => (Mode.Value, 1),
            3 => (Mode.Value, 2),
            4 => (Mode.Value, 4),
            5 or 8 => (Mode.Value, 8),
            6 or 7 => (Mode.ValueLength, 0),
            9 => (Mode.Value, 16),
            _ => (Mode.Lost, 0),
        };
        if (type != 7)
            _header = Header.Other;
        if (_mode == Mode.Lost)
            Lose(sink);
    }

    void OnValue(ReadOnlySpan<byte> value, IJsonSink sink)
    {
        switch (_header)
        {
            case Header.EventType:
                _isChunk = value.SequenceEqual("chunk"u8);
                sink.OnValue(WireField.EventType, JsonKind.Text, value, 0);
                break;
            case Header.MessageType:
                if (!value.SequenceEqual("exception"u8) && !value.SequenceEqual("error"u8))
                    break;
                _isFailure = true;
                sink.OnValue(WireField.Error, JsonKind.Object, default, 0);
                sink.OnValue(WireField.Done, JsonKind.True, default, 0);
                break;
            case Header.ErrorType:
                sink.OnValue(WireField.ErrorType, JsonKind.Text, value, 0);
                break;
        }
    }

    int OnPayload(ReadOnlySpan<byte> bytes, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink)
    {
        var used = Math.Min(bytes.Length, _payloadLeft);
        if (_isChunk)
            _chunk.Feed(bytes[..used], ref scanner, paths, sink);
        else
            scanner.Feed(bytes[..used], paths, sink);
        _payloadLeft -= used;
        if (_payloadLeft == 0)
            _mode = Mode.Checksum;
        return used;
    }

    int OnChecksum(ReadOnlySpan<byte> bytes, ref JsonScanner scanner, IJsonSink sink)
    {
        var used = Keep(bytes, ChecksumLength);
        if (_length < ChecksumLength)
            return used;
        _length = 0;
        _mode = Mode.Prelude;
        scanner.Reset(); // a broken payload must not leak into the next one
        if (_isFailure && !_hadPayload)
            sink.OnDocument(root: true); // there was no document to end
        return used;
    }

    void Lose(IJsonSink sink)
    {
        _mode = Mode.Lost;
        sink.OnBroken();
    }

    int Keep(ReadOnlySpan<byte> bytes, int upTo)
    {
        var used = Math.Min(bytes.Length, upTo - _length);
        bytes[..used].CopyTo(_kept.AsSpan(_length));
        _length += used;
        return used;
    }

    static Header HeaderOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(":event-type"u8) ? Header.EventType
        : name.SequenceEqual(":message-type"u8) ? Header.MessageType
        : name.SequenceEqual(":exception-type"u8) || name.SequenceEqual(":error-code"u8) ? Header.ErrorType
        : Header.Other;

    /// <summary>CRC-32 as of IEEE 802.3, of the eight bytes of a prelude: not worth a package.</summary>
    static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        foreach (var b in bytes)
            checksum = Checksums[(byte)(checksum ^ b)] ^ (checksum >> 8);
        return ~checksum;
    }

    static uint[] MakeChecksums()
    {
        var checksums = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var checksum = i;
            for (var bit = 0; bit < 8; bit++)
                checksum = (checksum & 1) != 0 ? (checksum >> 1) ^ 0xEDB88320 : checksum >> 1;
            checksums[i] = checksum;
        }
        return checksums;
    }

    enum Header : byte
    {
        Other,
        EventType,
        MessageType,
        ErrorType,
    }

    enum Mode : byte
    {
        Prelude,
        NameLength,
        Name,
        Type,
        ValueLength,
        Value,
        Payload,
        Checksum,
        Lost,
    }
}
