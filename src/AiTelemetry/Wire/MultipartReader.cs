using System.Text;

namespace AiTelemetry.Wire;

/// <summary>Reads the fields of a form (multipart/form-data) as it passes by, in pieces cut anywhere; files are passed over.</summary>
/// <remarks>
/// <see href="https://www.rfc-editor.org/rfc/rfc7578"/>. Enters: spans of the body, in order. Leaves: the values of the fields that a format reads at
/// the top of its requests. The boundary is the body's first line, so no header is needed. Keeps one line or value of at most 256 bytes; of a part
/// that is not wanted only the end is looked for. Lines may end in LF alone. It never throws on any bytes.
/// </remarks>
internal sealed class MultipartReader
{
    const int MaxKept = 256;

    readonly byte[] _kept = new byte[MaxKept];
    readonly byte[] _delimiter = new byte[MaxKept + 1];
    int _length;
    int _delimiterLength;
    int _matched;
    WireField _field;
    Mode _mode;
    bool _atStart;

    /// <summary>Whether a body that begins with this byte is a form; a request is a JSON object otherwise.</summary>
    public static bool IsForm(byte first) => first == (byte)'-';

    /// <summary>Whether nothing more is to be read.</summary>
    public bool IsOver => _mode == Mode.Over;

    public void Begin()
    {
        _mode = Mode.Boundary;
        _length = _delimiterLength = _matched = 0;
    }

    public void Feed(ReadOnlySpan<byte> data, JsonPaths paths, IJsonSink sink)
    {
        while (!data.IsEmpty && _mode != Mode.Over)
        {
            var used = _mode switch
            {
                Mode.Boundary => OnBoundary(data),
                Mode.Header => OnHeader(data, paths),
                Mode.Value or Mode.Skip => OnBody(data, sink),
                _ => OnDelimiter(data),
            };
            data = data[used..];
        }
    }

    /// <summary>The first line: <c>--</c> and the boundary, which ends every part.</summary>
    int OnBoundary(ReadOnlySpan<byte> data)
    {
        if (!TryLine(data, out var used))
            return used;
        if (_length is < 3 or >= MaxKept)
        {
            _mode = Mode.Over;
            return data.Length;
        }
        _delimiter[0] = (byte)'\n'; // of CR LF too: the CR is cut from the value
        _kept.AsSpan(0, _length).CopyTo(_delimiter.AsSpan(1));
        _delimiterLength = _length + 1;
        BeginHeaders();
        return used;
    }

    int OnHeader(ReadOnlySpan<byte> data, JsonPaths paths)
    {
        if (!TryLine(data, out var used))
            return used;
        var line = _kept.AsSpan(0, _length);
        if (line.IsEmpty)
        {
            _mode = _field == WireField.None ? Mode.Skip : Mode.Value;
            (_matched, _atStart) = (1, true); // the blank line's own end may begin the delimiter of an empty part
        }
        else if (NameIn(line) is { Length: > 0 } name)
        {
            _field = paths.Field(paths.Child(JsonPaths.Root, name));
        }
        _length = 0;
        return used;
    }

    int OnBody(ReadOnlySpan<byte> data, IJsonSink sink)
    {
        var delimiter = _delimiter.AsSpan(0, _delimiterLength);
        var i = 0;
        while (i < data.Length)
        {
            if (_matched == 0)
            {
                // The quick way: the whole delimiter, or what of it may stand at the end of this piece.
                var rest = data[i..];
                var next = rest.IndexOf(delimiter);
                if (next < 0)
                    next = StartAtEnd(rest, delimiter);
                Keep(rest[..next]);
                i += next;
                if (i == data.Length)
                    break;
            }
            if (data[i] == delimiter[_matched])
            {
                i++;
                if (++_matched < delimiter.Length)
                    continue;
                Tell(sink);
                _mode = Mode.AfterDelimiter;
                _length = 0;
                return i;
            }
            Keep(delimiter[(_atStart ? 1 : 0).._matched]);
            (_matched, _atStart) = (0, false); // a line feed is only its first byte, so no other start can be inside what matched
        }
        return data.Length;
    }

    /// <summary>Behind a delimiter stands <c>--</c> at the end of the form, else the end of the line.</summary>
    int OnDelimiter(ReadOnlySpan<byte> data)
    {
        if (_length == 0 && data[0] == (byte)'-')
        {
            _mode = Mode.Over;
            return data.Length;
        }
        if (!TryLine(data, out var used))
            return used;
        BeginHeaders();
        return used;
    }

    void BeginHeaders()
    {
        _mode = Mode.Header;
        _field = WireField.None;
        _length = _matched = 0;
    }

    void Tell(IJsonSink sink)
    {
        if (_field == WireField.None || _length >= MaxKept)
            return;
        var value = _kept.AsSpan(0, _length).TrimEnd((byte)'\r');
        var kind = _field == WireField.RequestModel ? JsonKind.Text
            : Ascii.EqualsIgnoreCase(value, "true"u8) ? JsonKind.True
            : value.IsEmpty || !char.IsAsciiDigit((char)value[0]) ? JsonKind.Text
            : JsonKind.Number;
        sink.OnValue(_field, kind, value, 0);
    }

    /// <summary>Where the longest start of the delimiter stands with which the piece ends, or the piece's end.</summary>
    static int StartAtEnd(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> delimiter)
    {
        var from = Math.Max(0, piece.Length - delimiter.Length + 1);
        while (piece[from..].IndexOf((byte)'\n') is >= 0 and var at)
        {
            from += at;
            if (delimiter.StartsWith(piece[from..]))
                return from;
            from++;
        }
        return piece.Length;
    }

    /// <summary>The <c>name</c> in a Content-Disposition line, quoted or not; not the end of <c>filename</c>.</summary>
    static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> line)
    {
        var header = "content-disposition:"u8;
        if (line.Length < header.Length || !Ascii.EqualsIgnoreCase(line[..header.Length], header))
            return default;
        for (var rest = line[header.Length..]; rest.IndexOf((byte)';') is >= 0 and var at;)
        {
            rest = rest[(at + 1)..].TrimStart(" \t"u8);
            if (!rest.StartsWith("name="u8))
                continue;
            rest = rest["name=".Length..];
            if (rest is not [(byte)'"', ..])
                return rest[..(rest.IndexOf((byte)';') is >= 0 and var semicolon ? semicolon : rest.Length)].TrimEnd(" \t"u8);
            rest = rest[1..];
            return rest[..(rest.IndexOf((byte)'"') is >= 0 and var quote ? quote : 0)];
        }
        return default;
    }

    /// <summary>Keeps up to the end of the line; true where it came, with the line in what is kept.</summary>
    bool TryLine(ReadOnlySpan<byte> data, out int used)
    {
        var end = data.IndexOf((byte)'\n');
        Keep(end < 0 ? data : data[..end], always: true);
        used = end < 0 ? data.Length : end + 1;
        if (end < 0)
            return false;
        if (_length > 0 && _length < MaxKept && _kept[_length - 1] == (byte)'\r')
            _length--;
        return true;
    }

    void Keep(ReadOnlySpan<byte> part, bool always = false)
    {
        if (!always && _mode != Mode.Value)
            return;
        part = part[..Math.Min(part.Length, MaxKept - _length)];
        part.CopyTo(_kept.AsSpan(_length));
        _length += part.Length;
    }

    enum Mode : byte
    {
        Boundary,
        Header,
        Value,
        Skip,
        AfterDelimiter,
        Over,
    }
}
