using System.Buffers;

namespace AiTelemetry.Wire;

/// <summary>The last event that was read whole, and where in it the text stands that says nothing: the events of a stream differ in little else.</summary>
/// <remarks>
/// Reading decides by one byte after the other. So an event that is this one, byte for byte, but for the inside of strings and numbers that nobody
/// reads, takes the reader the same way, to the same values, and need not be read: what it says was said, and only its pieces of content
/// are more. Nothing is guessed: an event that differs elsewhere, is cut, or says what counts each time is read as the first one was.
/// A stream in which no event is like the one before is not compared any longer.
/// </remarks>
internal sealed class EventShape
{
    const int MaxLength = 1024;
    const int MaxGaps = 24;

    /// <summary>Events in a row that were noted in vain.</summary>
    const int MaxInVain = 16;

    static readonly SearchValues<byte> InText = SearchValues.Create("\"\\\n\r"u8);

    readonly byte[] _event = new byte[MaxLength];
    readonly Gap[] _gaps = new Gap[MaxGaps];
    int _length;
    int _noted;
    int _count;
    int _contents;
    int _documents;
    int _inVain;
    bool _isNoting;

    // How far the event that comes has been compared.
    int _at;
    int _gap;
    bool _isInGap;
    bool _isEscaped;

    /// <summary>Pieces of content in the event, and so in each that equals it.</summary>
    public int Contents => _contents;

    /// <summary>Whether a part of an event has come that equals this one so far.</summary>
    public bool IsUnderWay => _at > 0;

    /// <summary>Where the text that a scanner is given begins in the event that is noted.</summary>
    int Offset { get; set; }

    /// <summary>Whether an event is noted as it is read.</summary>
    public bool IsNoting => _isNoting;

    /// <summary>Whether the event ended in CR, so that an LF may follow that belongs to it.</summary>
    public bool EndsInCr => _event[_length - 1] == (byte)'\r';

    /// <summary>Forgets the event, at the end of its stream.</summary>
    public void Clear()
    {
        _event.AsSpan().Clear();
        (_length, _inVain, _isNoting) = (0, 0, false);
        (_at, _gap, _isInGap) = (0, 0, false);
    }

    /// <summary>An event begins.</summary>
    public void Begin()
    {
        _isNoting = _inVain++ < MaxInVain;
        _length = _noted = _count = _contents = _documents = 0;
        (_at, _gap, _isInGap) = (0, 0, false);
    }

    /// <summary>What a scanner is given next begins so many bytes into what of the event came with this read.</summary>
    public void MoveTo(int at) => Offset = _noted + at;

    /// <summary>The event is no JSON, or says something that counts each time.</summary>
    public void GiveUp() => _isNoting = false;

    /// <summary>A document ended.</summary>
    /// <param name="root">Whether it was the whole one.</param>
    public void OnDocument(bool root)
    {
        if (!root || ++_documents > 1)
            _isNoting = false;
    }

    /// <summary>A value was told.</summary>
    /// <param name="isContent">Whether it is a piece of content.</param>
    public void OnTold(bool isContent) => _contents += isContent ? 1 : 0;

    /// <summary>The inside of a string or number begins that nobody reads, or of a string of which matters only whether it is empty.</summary>
    public void OpenGap(int at, bool isText, bool isContent)
    {
        if (_count == MaxGaps)
            _isNoting = false;
        else
            _gaps[_count++] = new Gap(Offset + at, 0, isText, isContent);
    }

    /// <summary>It ends; what it ended at is at this place.</summary>
    public void CloseGap(int at)
    {
        if (_count > 0)
            _gaps[_count - 1] = _gaps[_count - 1] with { End = Offset + at };
    }

    /// <summary>Keeps a part of the event that came with this read.</summary>
    public void Note(ReadOnlySpan<byte> part)
    {
        if (_noted + part.Length > MaxLength)
            _isNoting = false;
        if (!_isNoting)
            return;
        part.CopyTo(_event.AsSpan(_noted));
        _noted += part.Length;
    }

    /// <summary>The event has ended.</summary>
    public void End()
    {
        if (_isNoting && _documents == 1)
            _length = _noted;
        _isNoting = false;
    }

    /// <summary>Compares the event that comes, from where the bytes before these left off.</summary>
    /// <param name="bytes">What passes.</param>
    /// <param name="i">Where the event goes on in it; afterwards where it ended, or was found to differ.</param>
    public Likeness Compare(ReadOnlySpan<byte> bytes, ref int i)
    {
        ReadOnlySpan<byte> known = _event.AsSpan(0, _length);
        while (true)
        {
            if (!_isInGap)
            {
                var same = known[_at..].CommonPrefixLength(bytes[i..]);
                _at += same;
                i += same;
                if (_at == known.Length)
                {
                    (_at, _gap, _inVain) = (0, 0, 0);
                    return _length == 0 ? Likeness.Other : Likeness.Same;
                }
                if (i == bytes.Length)
                    return Cut;
                while (_gap < _count && _gaps[_gap].End < _at)
                    _gap++;
                if (_gap == _count || !CanEnter(_gaps[_gap], bytes[i]))
                    return Likeness.Other;
            }
            ref readonly var gap = ref _gaps[_gap];
            _isInGap = true;
            if (!(gap.IsText ? LeaveText(bytes, ref i) : LeaveNumber(bytes, ref i)))
                return i == bytes.Length ? Cut : Likeness.Other;
            _isInGap = false;
            _at = gap.End;
            _gap++;
        }
    }

    /// <summary>What takes a reader to where an event that turned out to differ, or stops, has come to: bytes as good as its own.</summary>
    /// <param name="inside">The last of it, which lies in a gap.</param>
    /// <returns>What comes before that.</returns>
    public ReadOnlySpan<byte> Forget(out ReadOnlySpan<byte> inside)
    {
        inside = !_isInGap ? default : !_gaps[_gap].IsText ? "0"u8 : _isEscaped ? "x\\"u8 : "x"u8;
        var before = _event.AsSpan(0, _isInGap ? _gaps[_gap].Start : _at);
        (_length, _at, _gap, _isInGap) = (0, 0, 0, false);
        return before;
    }

    /// <summary>An event that is cut is compared on when the rest comes, but not where it may bring the first piece of content: that is told at once.</summary>
    Likeness Cut => _contents > 0 ? Likeness.Cut : Likeness.Other;

    /// <summary>Whether what differs lies in a gap, and has as much as a byte in it where the known one has.</summary>
    bool CanEnter(in Gap gap, byte next)
    {
        if (_at < gap.Start)
            return false;
        if (!gap.IsText)
            return _at > gap.Start || JsonText.BeginsLiteral(next);
        var slashes = _event.AsSpan(gap.Start, _at - gap.Start);
        _isEscaped = (slashes.Length - 1 - slashes.LastIndexOfAnyExcept((byte)'\\')) % 2 != 0;
        return gap.End > gap.Start && (_at > gap.Start || next != (byte)'"');
    }

    /// <summary>Moves to the quote that ends a string; false where it does not end in this line.</summary>
    bool LeaveText(ReadOnlySpan<byte> bytes, ref int i)
    {
        while (i < bytes.Length)
        {
            if (_isEscaped)
            {
                if (bytes[i] is (byte)'\n' or (byte)'\r')
                    return false;
                _isEscaped = false;
                i++;
                continue;
            }
            var next = bytes[i..].IndexOfAny(InText);
            i = next < 0 ? bytes.Length : i + next;
            if (i == bytes.Length || bytes[i] != (byte)'\\')
                return i < bytes.Length && bytes[i] == (byte)'"';
            _isEscaped = true;
            i++;
        }
        return false;
    }

    /// <summary>Moves behind a number or word; false where it does not end in this line.</summary>
    static bool LeaveNumber(ReadOnlySpan<byte> bytes, ref int i)
    {
        while (i < bytes.Length && !JsonText.EndsLiteral(bytes[i]))
            i++;
        return i < bytes.Length && bytes[i] is not ((byte)'\n' or (byte)'\r');
    }

    /// <summary>From the first byte of a string or number to what it ends at.</summary>
    readonly record struct Gap(int Start, int End, bool IsText, bool IsContent);
}

/// <summary>How an event compares to the one before it.</summary>
internal enum Likeness : byte
{
    /// <summary>It is another.</summary>
    Other,

    /// <summary>It says the same.</summary>
    Same,

    /// <summary>So far it says the same, and its rest is yet to come.</summary>
    Cut,
}
