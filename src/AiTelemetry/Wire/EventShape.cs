// One piece because it is one comparison, whole or in parts, of one event.
using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AiTelemetry.Wire;

/// <summary>The last event that was read whole, and where in it the text stands that says nothing: the events of a stream differ in little else.</summary>
/// <remarks>
/// Reading decides by one byte after the other. So an event that is this one, byte for byte, but for the inside of strings and numbers that nobody
/// reads, takes the reader the same way, to the same values, and need not be read: what it says was said, and only its pieces of content
/// are more. Nothing is guessed: an event that differs elsewhere, is cut, or says what counts each time is read as the first one was.
/// A stream in which no event is like the one before is not compared any longer.
/// <para>
/// Most of what is compared stays the same, too, even where it need not: of the places that may differ (the gaps) a stream uses one or two. So once those are known, whole
/// events are compared by what lies between these alone (<see cref="CompareWhole"/>): the end of one event and the beginning of the next in one go. What is not equal there,
/// or is cut, goes to <see cref="Compare"/>, which knows every gap and can stop and go on at any byte.
/// </para>
/// </remarks>
internal sealed class EventShape
{
    const int MaxLength = 1024;
    const int MaxGaps = 24;

    /// <summary>Events in a row that were noted in vain.</summary>
    const int MaxInVain = 16;

    static readonly SearchValues<byte> InText = SearchValues.Create("\"\\\n\r"u8);

    /// <summary>The event, and where <see cref="CompareWhole"/> may look at it a second time behind it: where one ends the next begins.</summary>
    readonly byte[] _event = new byte[2 * MaxLength];
    readonly Gap[] _gaps = new Gap[MaxGaps];

    /// <summary>For each gap that was seen to differ: what stands between it and the next such, or the event's end.</summary>
    readonly Leg[] _legs = new Leg[MaxGaps];
    int _length;
    int _noted;
    int _count;
    int _contents;
    int _documents;
    int _inVain;
    bool _isNoting;

    // Which gaps were seen to differ, by their bits, and for which of them the legs were made; what stands before the first of them.
    uint _differing;
    uint _planned;
    int _legCount;
    int _head;

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
        (_differing, _planned, _legCount) = (0, 0, 0);
    }

    /// <summary>An event begins.</summary>
    public void Begin()
    {
        _isNoting = _inVain++ < MaxInVain;
        _length = _noted = _count = _contents = _documents = 0;
        (_at, _gap, _isInGap) = (0, 0, false);
        (_differing, _planned, _legCount) = (0, 0, 0);
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
                var same = CommonLength(known[_at..], bytes[i..]);
                _at += same;
                i += same;
                if (_at == known.Length)
                {
                    (_at, _gap, _inVain) = (0, 0, 0);
                    if (_length == 0)
                        return Likeness.Other;
                    if (_differing != _planned)
                        Plan();
                    return Likeness.Same;
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
            _differing |= 1u << _gap;
            if (!(gap.IsText ? LeaveText(bytes, ref i) : LeaveNumber(bytes, ref i)))
                return i == bytes.Length ? Cut : Likeness.Other;
            _isInGap = false;
            _at = gap.End;
            _gap++;
        }
    }

    /// <summary>Compares as many events as have come whole, in the gaps that differed before. To be asked between two events.</summary>
    /// <param name="bytes">What passes.</param>
    /// <param name="i">Where an event begins in it; afterwards where the last one that says the same ended.</param>
    /// <returns>How many say the same.</returns>
    public int CompareWhole(ReadOnlySpan<byte> bytes, ref int i)
    {
        var legs = _legs.AsSpan(0, _legCount);
        if (legs.IsEmpty || !IsKnown(bytes, i, 0, _head))
            return 0;
        var (at, events) = (i + _head, 0);
        while (true)
        {
            foreach (ref readonly var leg in legs[..^1])
            {
                at = leg.IsText ? EndOfText(bytes, at) : EndOfNumber(bytes, at);
                if (at < 0 || !IsKnown(bytes, at, leg.Start, leg.Length))
                    return events;
                at += leg.Length;
            }
            ref readonly var last = ref legs[^1];
            at = last.IsText ? EndOfText(bytes, at) : EndOfNumber(bytes, at);
            if (at < 0)
                return events;
            var another = IsKnown(bytes, at, last.Start, last.Length + _head);
            if (!another && !IsKnown(bytes, at, last.Start, last.Length))
                return events;
            at += last.Length;
            i = at;
            events++;
            if (!another)
                return events;
            at += _head;
        }
    }

    bool IsKnown(ReadOnlySpan<byte> bytes, int at, int start, int length) =>
        bytes.Length - at >= length && bytes.Slice(at, length).SequenceEqual(_event.AsSpan(start, length));

    /// <summary>Cuts the event into what lies between the gaps that differ.</summary>
    void Plan()
    {
        (_planned, _legCount) = (_differing, 0);
        for (var gap = 0; gap < _count; gap++)
        {
            if ((_differing & (1u << gap)) == 0)
                continue;
            if (_legCount == 0)
                _head = _gaps[gap].Start;
            else
                _legs[_legCount - 1] = _legs[_legCount - 1] with { Length = _gaps[gap].Start - _legs[_legCount - 1].Start };
            _legs[_legCount++] = new Leg(_gaps[gap].End, _length - _gaps[gap].End, _gaps[gap].IsText);
        }
        _event.AsSpan(0, _head).CopyTo(_event.AsSpan(_length));
    }

    /// <summary>How many bytes are equal from the start on. Twice as quick as the library's on these lengths, which goes 16 bytes a step.</summary>
    static int CommonLength(ReadOnlySpan<byte> known, ReadOnlySpan<byte> bytes)
    {
        var length = Math.Min(known.Length, bytes.Length);
        var at = 0;
        ref var left = ref MemoryMarshal.GetReference(known);
        ref var right = ref MemoryMarshal.GetReference(bytes);
        for (; length - at >= Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var same = Vector256.Equals(Vector256.LoadUnsafe(ref left, (nuint)at), Vector256.LoadUnsafe(ref right, (nuint)at)).ExtractMostSignificantBits();
            if (same != uint.MaxValue)
                return at + BitOperations.TrailingZeroCount(~same);
        }
        return at + known[at..].CommonPrefixLength(bytes[at..length]);
    }

    /// <summary>Where a string ends that begins here and is not empty; -1 where it does not end in this line.</summary>
    static int EndOfText(ReadOnlySpan<byte> bytes, int i)
    {
        if (i < bytes.Length && bytes[i] == (byte)'"')
            return -1;
        while (bytes.Length - i >= Vector128<byte>.Count)
        {
            var next = Vector128.LoadUnsafe(in MemoryMarshal.GetReference(bytes), (nuint)i);
            var stops = (Vector128.Equals(next, Vector128.Create((byte)'"')) | Vector128.Equals(next, Vector128.Create((byte)'\\'))
                | Vector128.Equals(Vector128.Min(next, Vector128.Create((byte)0x1F)), next)).ExtractMostSignificantBits();
            if (stops == 0)
            {
                i += Vector128<byte>.Count;
                continue;
            }
            i += BitOperations.TrailingZeroCount(stops);
            if (bytes[i] == (byte)'"')
                return i;
            if (bytes[i] != (byte)'\\' || i + 1 == bytes.Length || bytes[i + 1] < (byte)' ')
                return -1;
            i += 2;
        }
        return -1; // with less than that left, it is found as if it were cut
    }

    /// <summary>Where a number or word ends that begins here; -1 where it does not end in this line.</summary>
    static int EndOfNumber(ReadOnlySpan<byte> bytes, int i) =>
        i < bytes.Length && JsonText.BeginsLiteral(bytes[i]) && LeaveNumber(bytes, ref i) ? i : -1;

    /// <summary>What takes a reader to where an event that turned out to differ, or stops, has come to: bytes as good as its own.</summary>
    /// <param name="inside">The last of it, which lies in a gap.</param>
    /// <returns>What comes before that.</returns>
    public ReadOnlySpan<byte> Forget(out ReadOnlySpan<byte> inside)
    {
        inside = !_isInGap ? default : !_gaps[_gap].IsText ? "0"u8 : _isEscaped ? "x\\"u8 : "x"u8;
        var before = _event.AsSpan(0, _isInGap ? _gaps[_gap].Start : _at);
        (_length, _at, _gap, _isInGap, _legCount) = (0, 0, 0, false, 0);
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

    /// <summary>What follows a gap that differs, a string or a number: where it stands in the event, and how long it is.</summary>
    readonly record struct Leg(int Start, int Length, bool IsText);
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
