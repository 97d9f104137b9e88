// One piece because it is one state machine: cutting it would hide which states follow which.
using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AiTelemetry.Wire;

/// <summary>Reads JSON as it passes by, in pieces cut anywhere, and tells a sink what stands at the places it was asked for.</summary>
/// <remarks>
/// Enters: spans of UTF-8, in order. Leaves: values at the places of <see cref="JsonPaths"/>. Keeps: a path of at most seven levels and the
/// token that a piece was cut in (at most 1 KB), so memory does not depend on the document. Subtrees of no interest are jumped over by
/// searching for quotes and brackets only. It never throws on any bytes: what is not JSON ends in <see cref="IJsonSink.OnBroken"/>.
/// It is lenient where leniency cannot change a value (it does not check numbers or UTF-8 it does not report).
/// </remarks>
internal struct JsonScanner
{
    const int MaxLevels = 7;
    public const int MaxToken = 1024;

    static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    Levels _levels;
    byte[]? _token;
    ushort _tokenLength;
    int _skipDepth;
    byte _depth;
    byte _node;
    Mode _mode;
    bool _escaped;
    bool _escapeNext;

    /// <summary>Where the event that is read is noted, while it is; else null.</summary>
    public EventShape? Shape { get; set; }

    /// <summary>Whether a document has begun and not ended.</summary>
    public readonly bool InDocument => _mode is not (Mode.Value or Mode.Broken) || _depth > 0;

    public void Feed(ReadOnlySpan<byte> data, JsonPaths paths, IJsonSink sink)
    {
        var i = 0;
        while (i < data.Length)
        {
            i = _mode switch
            {
                Mode.Value => OnValueStart(data, i, paths, sink),
                Mode.Key => OnKeyStart(data, i, paths, sink),
                Mode.InKey => OnText(data, i, paths, sink, isKey: true),
                Mode.Colon => OnColon(data, i, sink),
                Mode.InText => OnText(data, i, paths, sink, isKey: false),
                Mode.Probe => OnProbe(data, i, paths, sink),
                Mode.SkipText => OnSkippedText(data, i, paths, sink),
                Mode.Literal => OnLiteral(data, i, paths, sink),
                Mode.After => OnAfter(data, i, paths, sink),
                Mode.Skip or Mode.SkipInText => OnSkip(data, i, sink),
                _ => data.Length,
            };
        }
    }

    /// <summary>Forgets the document it is in; the next byte begins a new one.</summary>
    public void Reset()
    {
        _mode = Mode.Value;
        _depth = 0;
        _skipDepth = 0;
        _tokenLength = 0;
        _escaped = _escapeNext = false;
    }

    /// <summary>Gives back the buffer for cut tokens.</summary>
    public void Release()
    {
        if (_token is { } token)
        {
            _token = null;
            ArrayPool<byte>.Shared.Return(token);
        }
    }

    int OnValueStart(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        if (_depth == 0)
            _node = JsonPaths.Root;
        var field = _node == 0 ? WireField.None : paths.Field(_node);
        switch (data[i])
        {
            case (byte)'"':
                _mode = field switch { WireField.None => Mode.SkipText, WireField.Content => Mode.Probe, _ => Mode.InText };
                BeginToken();
                if (_mode != Mode.InText)
                    Shape?.OpenGap(i + 1, isText: true, isContent: _mode == Mode.Probe);
                return i + 1;
            case (byte)'{':
                return OnOpen(i, field, JsonKind.Object, _node != 0 && paths.HasKeys(_node) ? _node : (byte)0, sink);
            case (byte)'[':
                var element = _depth == 0 ? JsonPaths.Root : _node == 0 ? (byte)0 : paths.Element(_node);
                return OnOpen(i, field, JsonKind.Array, element, sink);
            case (byte)']' when _depth > 0 && _levels[_depth - 1].IsArray && _levels[_depth - 1].Index == 0:
                return OnClose(i, paths, sink);
            default:
                if (!JsonText.BeginsLiteral(data[i]))
                    return Break(data, sink);
                _mode = Mode.Literal;
                BeginToken();
                if (field == WireField.None)
                    Shape?.OpenGap(i, isText: false, isContent: false);
                return i;
        }
    }

    /// <summary>An object or array begins: walked into if something inside is read, else jumped over.</summary>
    int OnOpen(int i, WireField field, JsonKind kind, byte inner, IJsonSink sink)
    {
        if (field != WireField.None)
            Tell(field, kind, default, sink);
        if (inner == 0 || _depth == MaxLevels)
        {
            _skipDepth = 1;
            _mode = Mode.Skip;
            return i + 1;
        }
        // An array's level holds the node of its elements; its own field is told again at its end through Owner.
        _levels[_depth++] = new Level { Node = inner, Owner = _node, IsArray = kind == JsonKind.Array };
        if (kind == JsonKind.Array)
        {
            _node = inner;
            _mode = Mode.Value;
        }
        else
        {
            _mode = Mode.Key;
        }
        return i + 1;
    }

    int OnClose(int i, JsonPaths paths, IJsonSink sink)
    {
        var owner = _levels[--_depth].Owner;
        var rootArray = _depth == 0 && _levels[0].IsArray;
        if (!rootArray && paths.Field(owner) is var field and not WireField.None)
            sink.OnEnd(field);
        Complete(sink);
        return i + 1;
    }

    /// <summary>A value has ended.</summary>
    void Complete(IJsonSink sink)
    {
        if (_depth == 0)
        {
            _mode = Mode.Value;
            Shape?.OnDocument(root: true);
            sink.OnDocument(root: true);
            return;
        }
        _mode = Mode.After;
        if (_depth == 1 && _levels[0].IsArray)
        {
            Shape?.OnDocument(root: false);
            sink.OnDocument(root: false);
        }
    }

    int OnAfter(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        ref var level = ref _levels[_depth - 1];
        switch (data[i])
        {
            case (byte)',' when level.IsArray:
                level.Index = level.Index == ushort.MaxValue ? level.Index : (ushort)(level.Index + 1);
                _node = level.Node;
                _mode = Mode.Value;
                return i + 1;
            case (byte)',':
                _mode = Mode.Key;
                return i + 1;
            case (byte)']' when level.IsArray:
            case (byte)'}' when !level.IsArray:
                return OnClose(i, paths, sink);
            default:
                return Break(data, sink);
        }
    }

    int OnKeyStart(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        switch (data[i])
        {
            case (byte)'"':
                _mode = Mode.InKey;
                BeginToken();
                return i + 1;
            case (byte)'}':
                return OnClose(i, paths, sink);
            default:
                return Break(data, sink);
        }
    }

    int OnColon(ReadOnlySpan<byte> data, int i, IJsonSink sink)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        if (data[i] != (byte)':')
            return Break(data, sink);
        _mode = Mode.Value;
        return i + 1;
    }

    /// <summary>Inside a key or a string that is read: taken straight from the data where it ends there, else put together.</summary>
    int OnText(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink, bool isKey)
    {
        var start = i;
        while (true)
        {
            if (_escapeNext)
            {
                _escapeNext = false;
                i++;
            }
            var at = i < data.Length ? data[i..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (at < 0)
            {
                Keep(data[start..]);
                return data.Length;
            }
            i += at;
            if (data[i] == (byte)'"')
                break;
            _escaped = _escapeNext = true;
            if (++i == data.Length)
            {
                Keep(data[start..]);
                return i;
            }
        }
        var token = Token(data[start..i]);
        if (isKey)
        {
            _mode = Mode.Colon;
            _node = paths.Child(_levels[_depth - 1].Node, _escaped ? JsonText.Unescape(token, stackalloc byte[MaxToken]) : token);
        }
        else
        {
            Tell(paths.Field(_node), JsonKind.Text, _escaped ? JsonText.Unescape(token, stackalloc byte[MaxToken]) : token, sink);
            Complete(sink);
        }
        return i + 1;
    }

    /// <summary>At the first byte of a string of which only matters whether it is empty.</summary>
    int OnProbe(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink)
    {
        _mode = Mode.SkipText;
        if (data[i] != (byte)'"')
            Tell(paths.Field(_node), JsonKind.Text, data.Slice(i, 1), sink);
        return i;
    }

    int OnSkippedText(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink)
    {
        i = JsonText.PastText(data, i, ref _escapeNext, out var ended);
        if (!ended)
            return i;
        Shape?.CloseGap(i - 1);
        Complete(sink);
        return i;
    }

    int OnLiteral(ReadOnlySpan<byte> data, int i, JsonPaths paths, IJsonSink sink)
    {
        var start = i;
        while (i < data.Length && !JsonText.EndsLiteral(data[i]))
            i++;
        var field = _node == 0 ? WireField.None : paths.Field(_node);
        if (i == data.Length)
        {
            if (field != WireField.None)
                Keep(data[start..]);
            return i;
        }
        if (field != WireField.None)
        {
            var token = Token(data[start..i]);
            var kind = token.Length == 0 ? JsonKind.Null : token[0] switch
            {
                (byte)'n' => JsonKind.Null,
                (byte)'t' => JsonKind.True,
                (byte)'f' => JsonKind.False,
                _ => JsonKind.Number,
            };
            Tell(field, kind, token, sink);
        }
        else
        {
            Shape?.CloseGap(i);
        }
        Complete(sink);
        return i;
    }

    /// <summary>Over a subtree: only quotes and brackets are looked for.</summary>
    int OnSkip(ReadOnlySpan<byte> data, int i, IJsonSink sink)
    {
        while (i < data.Length)
        {
            if (_mode == Mode.SkipInText)
            {
                i = JsonText.PastText(data, i, ref _escapeNext, out var ended);
                if (!ended)
                    return i;
                _mode = Mode.Skip;
                continue;
            }
            var at = data[i..].IndexOfAny(Structure);
            if (at < 0)
                return data.Length;
            i += at + 1;
            switch (data[i - 1])
            {
                case (byte)'"':
                    _mode = Mode.SkipInText;
                    break;
                case (byte)'{' or (byte)'[':
                    _skipDepth++;
                    break;
                default:
                    if (--_skipDepth > 0)
                        break;
                    Complete(sink);
                    return i;
            }
        }
        return i;
    }

    int Break(ReadOnlySpan<byte> data, IJsonSink sink)
    {
        _mode = Mode.Broken;
        Shape?.GiveUp();
        sink.OnBroken();
        return data.Length;
    }

    readonly void Tell(WireField field, JsonKind kind, ReadOnlySpan<byte> raw, IJsonSink sink)
    {
        if (Shape is { IsNoting: true } shape)
        {
            if (sink.IsSaidAgain(field, kind, raw))
                shape.OnTold(field == WireField.Content && kind != JsonKind.Null);
            else
                shape.GiveUp();
        }
        sink.OnValue(field, kind, raw, Index);
    }

    readonly int Index
    {
        get
        {
            for (var level = _depth - 1; level >= 0; level--)
            {
                if (_levels[level].IsArray)
                    return _levels[level].Index;
            }
            return 0;
        }
    }

    void BeginToken()
    {
        _tokenLength = 0;
        _escaped = _escapeNext = false;
    }

    void Keep(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
            return;
        _token ??= ArrayPool<byte>.Shared.Rent(MaxToken);
        part = part[..Math.Min(part.Length, MaxToken - _tokenLength)];
        part.CopyTo(_token.AsSpan(_tokenLength));
        _tokenLength += (ushort)part.Length;
    }

    /// <summary>The whole token, of which <paramref name="last"/> is the last part. A token over the limit comes cut.</summary>
    ReadOnlySpan<byte> Token(ReadOnlySpan<byte> last)
    {
        if (_tokenLength == 0)
            return last[..Math.Min(last.Length, MaxToken)];
        Keep(last);
        return _token.AsSpan(0, _tokenLength);
    }

    static int SkipSpace(ReadOnlySpan<byte> data, int i)
    {
        while (i < data.Length && data[i] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            i++;
        return i;
    }

    enum Mode : byte
    {
        Value,
        Key,
        InKey,
        Colon,
        InText,
        Probe,
        SkipText,
        Literal,
        After,
        Skip,
        SkipInText,
        Broken,
    }

    struct Level
    {
        public ushort Index;
        public byte Node;
        byte _owner;

        public bool IsArray
        {
            readonly get => (_owner & 0x80) != 0;
            set => _owner = value ? (byte)(_owner | 0x80) : (byte)(_owner & 0x7F);
        }

        public byte Owner
        {
            readonly get => (byte)(_owner & 0x7F);
            set => _owner = (byte)((_owner & 0x80) | value);
        }
    }

    [InlineArray(MaxLevels)]
    struct Levels
    {
        Level _first;
    }
}
