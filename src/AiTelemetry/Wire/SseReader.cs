namespace AiTelemetry.Wire;

/// <summary>Takes server-sent events apart as they pass by, in pieces cut anywhere, and feeds their data to a <see cref="JsonScanner"/>.</summary>
/// <remarks>
/// <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation"/>: lines end in LF, CRLF or CR;
/// a blank line ends an event; only <c>data</c> is read, as every provider repeats the event's name inside it. A last event without its blank
/// line counts (providers close the connection behind it). Nothing is kept: data goes to the scanner as it comes.
/// </remarks>
internal struct SseReader
{
    static ReadOnlySpan<byte> Data => "data:"u8;
    static ReadOnlySpan<byte> DoneMarker => "[DONE]"u8;

    Mode _mode;
    byte _matched;
    bool _hasData;
    bool _afterCr;

    /// <summary>Whether the end marker <c>data: [DONE]</c> has passed.</summary>
    public bool Done { get; private set; }

    /// <summary>Reads the next bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="scanner">What reads the data.</param>
    /// <param name="paths">What is read of it.</param>
    /// <param name="sink">Who is told.</param>
    /// <param name="shape">The event before, which the next one is likely to equal; null where each is to be read anew.</param>
    public void Feed(ReadOnlySpan<byte> bytes, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink, EventShape? shape = null)
    {
        var i = 0;
        var start = shape is { IsNoting: true } ? 0 : -1; // of what is noted
        while (i < bytes.Length)
        {
            if (_afterCr)
            {
                _afterCr = false;
                if (bytes[i] == (byte)'\n')
                {
                    i++;
                    continue;
                }
            }
            if (shape is not null)
            {
                if (shape.IsUnderWay || (IsBetweenEvents && start < 0 && !IsLineEnd(bytes[i])))
                {
                    var (began, isNew) = (i, !shape.IsUnderWay);
                    if (isNew && shape.CompareWhole(bytes, ref i) is > 0 and var same)
                    {
                        _afterCr = shape.EndsInCr;
                        sink.OnSaidAgain(same, shape.Contents);
                        continue;
                    }
                    switch (shape.Compare(bytes, ref i))
                    {
                        case Likeness.Same:
                            _afterCr = shape.EndsInCr;
                            sink.OnSaidAgain(1, shape.Contents);
                            continue;
                        case Likeness.Cut:
                            return;
                        default:
                            if (!isNew)
                            {
                                ReadOn(ref scanner, paths, sink, shape);
                                continue;
                            }
                            start = i = began;
                            shape.Begin();
                            break;
                    }
                }
                shape.MoveTo(i - start);
                scanner.Shape = start >= 0 && shape.IsNoting ? shape : null;
            }
            switch (_mode)
            {
                case Mode.LineStart:
                    var endsEvent = IsLineEnd(bytes[i]);
                    i = OnLineStart(bytes, i, ref scanner);
                    if (!endsEvent || start < 0)
                        break;
                    shape!.Note(bytes[start..i]);
                    shape.End();
                    start = -1;
                    break;
                case Mode.Name:
                    i = OnName(bytes, i);
                    break;
                case Mode.DataStart:
                    i = OnDataStart(bytes, i, ref scanner, paths, sink);
                    break;
                default:
                    i = OnLine(bytes, i, ref scanner, paths, sink);
                    break;
            }
        }
        if (start >= 0)
            shape!.Note(bytes[start..]);
    }

    /// <summary>Reads what was only compared so far: the event turned out to be another, or nothing more comes.</summary>
    public void ReadOn(ref JsonScanner scanner, JsonPaths paths, IJsonSink sink, EventShape shape)
    {
        scanner.Shape = null;
        var before = shape.Forget(out var inside);
        Feed(before, ref scanner, paths, sink);
        Feed(inside, ref scanner, paths, sink);
    }

    /// <summary>Whether nothing that came has a bearing on what comes: the one state in which every event is read the same way.</summary>
    readonly bool IsBetweenEvents => _mode == Mode.LineStart && !_hasData;

    static bool IsLineEnd(byte value) => value is (byte)'\n' or (byte)'\r';

    int OnLineStart(ReadOnlySpan<byte> bytes, int i, ref JsonScanner scanner)
    {
        var first = bytes[i];
        if (IsLineEnd(first))
        {
            _afterCr = first == (byte)'\r';
            if (_hasData)
                scanner.Reset(); // a cut or broken event must not leak into the next one
            _hasData = false;
            return i + 1;
        }
        if (first is 0xEF or 0xBB or 0xBF)
            return i + 1; // byte order mark; no field begins with one of these
        _matched = 0;
        _mode = Mode.Name;
        return i;
    }

    int OnName(ReadOnlySpan<byte> bytes, int i)
    {
        while (i < bytes.Length)
        {
            if (bytes[i] != Data[_matched])
            {
                _mode = Mode.SkipLine;
                return i;
            }
            i++;
            if (++_matched < Data.Length)
                continue;
            _matched = 0;
            _mode = Mode.DataStart;
            return i;
        }
        return i;
    }

    /// <summary>At the first bytes of data: either the end marker, or JSON.</summary>
    int OnDataStart(ReadOnlySpan<byte> bytes, int i, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink)
    {
        if (_matched == 0 && bytes[i] == (byte)' ')
            return i + 1;
        if (bytes[i] == DoneMarker[_matched])
        {
            if (++_matched == DoneMarker.Length)
            {
                Done = true;
                _mode = Mode.SkipLine;
            }
            return i + 1;
        }
        _hasData = true;
        scanner.Feed(DoneMarker[.._matched], paths, sink);
        _mode = Mode.Data;
        return i;
    }

    int OnLine(ReadOnlySpan<byte> bytes, int i, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink)
    {
        var rest = bytes[i..];
        var length = rest.IndexOfAny((byte)'\n', (byte)'\r');
        var ends = length >= 0;
        if (_mode == Mode.Data)
            scanner.Feed(ends ? rest[..(length + 1)] : rest, paths, sink); // the line end too: it ends a bare literal and is white space otherwise
        if (!ends)
            return bytes.Length;
        _afterCr = rest[length] == (byte)'\r';
        _mode = Mode.LineStart;
        return i + length + 1;
    }

    enum Mode : byte
    {
        LineStart,
        Name,
        DataStart,
        Data,
        SkipLine,
    }
}
