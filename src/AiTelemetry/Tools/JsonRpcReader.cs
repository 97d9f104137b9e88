// One piece because it is one state machine: cutting it would hide which states follow which.
using System.Buffers;
using System.Buffers.Text;
using AiTelemetry.Calls;
using AiTelemetry.Wire;

namespace AiTelemetry.Tools;

/// <summary>Reads JSON-RPC messages of MCP as their bytes pass by, in pieces cut anywhere, and hands on what each says of itself.</summary>
/// <remarks>
/// Enters: spans of UTF-8, in order, and where a document ends (a line of stdio, a body, an event). Leaves: one <see cref="RpcMessage"/> for each
/// message, also of batches. Keeps: at most six levels of the path, a token of 512 bytes, 1,000 names of tools. Arguments, results and other
/// subtrees are jumped over by searching for quotes and brackets. It never throws on any bytes: what is not JSON is skipped to its end.
/// </remarks>
internal sealed class JsonRpcReader(WordCache words, IRpcSink sink)
{
    const int MaxToken = 512;
    const int MaxLevels = 6;
    const int MaxTools = 1000;
    const int ErrorWords = 48;

    static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    readonly RpcMessage _message = new();
    readonly byte[] _token = new byte[MaxToken];
    readonly Level[] _levels = new Level[MaxLevels];
    long _position;
    long _messageStart;
    long _valueStart;
    long _toolBytes;
    string? _toolName;
    long _tokenLength;
    uint _tokenHash;
    int _skipDepth;
    int _depth;
    RpcPlace _place;
    Mode _mode;
    bool _escapeNext;
    bool _hasMethod;
    bool _hasId;
    bool _hasResult;
    bool _hasError;

    /// <summary>These bytes passed, in order.</summary>
    public void Feed(ReadOnlySpan<byte> data)
    {
        var i = 0;
        while (i < data.Length)
        {
            i = _mode switch
            {
                Mode.Value => OnValueStart(data, i),
                Mode.Key => OnKeyStart(data, i),
                Mode.InKey or Mode.InText => OnText(data, i),
                Mode.Colon => OnColon(data, i),
                Mode.Literal => OnLiteral(data, i),
                Mode.After => OnAfter(data, i),
                Mode.Skip or Mode.SkipInText => OnSkip(data, i),
                _ => data.Length, // broken, or behind the document
            };
        }
        _position += data.Length;
    }

    /// <summary>Feeds lines, each of which is a document.</summary>
    public void FeedLines(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var end = data.IndexOf((byte)'\n');
            if (end < 0)
            {
                Feed(data);
                return;
            }
            Feed(data[..end]);
            End();
            data = data[(end + 1)..];
        }
    }

    /// <summary>The document ends here; the next byte begins a new one.</summary>
    public void End()
    {
        _mode = Mode.Value;
        _depth = _skipDepth = 0;
        _position = 0;
        _place = RpcPlace.Document;
        _escapeNext = false;
    }

    int OnValueStart(ReadOnlySpan<byte> data, int i)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        if (_depth == 0)
            _place = RpcPlace.Document;
        _valueStart = _position + i;
        switch (data[i])
        {
            case (byte)'"':
                BeginToken();
                if (_place is RpcPlace.None or RpcPlace.ToolDescription)
                {
                    _skipDepth = 0;
                    _mode = Mode.SkipInText;
                }
                else
                {
                    _mode = Mode.InText;
                }
                return i + 1;
            case (byte)'{':
                return OnOpen(i, isArray: false);
            case (byte)'[':
                return OnOpen(i, isArray: true);
            case (byte)']' when _depth > 0 && _levels[_depth - 1].IsArray && _levels[_depth - 1].Count == 0:
                return OnClose(i);
            case (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9'):
                BeginToken();
                _mode = Mode.Literal;
                return i;
            case 0xEF or 0xBB or 0xBF when _depth == 0:
                return i + 1; // byte order mark
            default:
                return Break(data);
        }
    }

    /// <summary>An object or array begins: walked into if something inside is read, else jumped over.</summary>
    int OnOpen(int i, bool isArray)
    {
        var inner = isArray ? RpcPlaces.Elements(_place) : _place == RpcPlace.Document ? RpcPlace.Message : RpcPlaces.HasKeys(_place) ? _place : RpcPlace.None;
        if (inner == RpcPlace.None || _depth == MaxLevels)
        {
            _skipDepth = 1;
            _mode = Mode.Skip;
            return i + 1;
        }
        if (inner == RpcPlace.Message && !isArray)
        {
            _message.Clear();
            _hasMethod = _hasId = _hasResult = _hasError = false;
            _messageStart = _valueStart;
        }
        else if (inner == RpcPlace.Tool && !isArray)
        {
            (_toolBytes, _toolName) = (0, null);
        }
        else
        {
            Mark(_place);
        }
        _levels[_depth++] = new Level { Inner = inner, Owner = isArray ? _place : inner, IsArray = isArray };
        _place = inner;
        _mode = isArray ? Mode.Value : Mode.Key;
        return i + 1;
    }

    int OnClose(int i)
    {
        var level = _levels[--_depth];
        _place = level.Owner;
        if (!level.IsArray && _place == RpcPlace.Message)
            Tell(_position + i + 1 - _messageStart);
        else if (!level.IsArray && _place == RpcPlace.Tool && _toolName is { } tool && _message.Tools.Count < MaxTools)
            _message.Tools.Add(new ToolSize(tool, _toolBytes));
        return Complete(i + 1);
    }

    /// <summary>A value has ended, before <paramref name="end"/>.</summary>
    int Complete(int end)
    {
        if (_place is RpcPlace.ToolName or RpcPlace.ToolDescription or RpcPlace.ToolSchema)
            _toolBytes += _position + end - _valueStart;
        _mode = _depth == 0 ? Mode.Behind : Mode.After;
        return end;
    }

    int OnAfter(ReadOnlySpan<byte> data, int i)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        ref var level = ref _levels[_depth - 1];
        switch (data[i])
        {
            case (byte)',' when level.IsArray:
                level.Count++;
                // Only the first text of a result says why it failed.
                _place = level.Inner == RpcPlace.Content ? RpcPlace.None : level.Inner;
                _mode = Mode.Value;
                return i + 1;
            case (byte)',':
                _mode = Mode.Key;
                return i + 1;
            case (byte)']' when level.IsArray:
            case (byte)'}' when !level.IsArray:
                return OnClose(i);
            default:
                return Break(data);
        }
    }

    int OnKeyStart(ReadOnlySpan<byte> data, int i)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        switch (data[i])
        {
            case (byte)'"':
                BeginToken();
                _mode = Mode.InKey;
                return i + 1;
            case (byte)'}':
                return OnClose(i);
            default:
                return Break(data);
        }
    }

    int OnColon(ReadOnlySpan<byte> data, int i)
    {
        i = SkipSpace(data, i);
        if (i == data.Length)
            return i;
        if (data[i] != (byte)':')
            return Break(data);
        _mode = Mode.Value;
        return i + 1;
    }

    /// <summary>Inside a key or a string that is read.</summary>
    int OnText(ReadOnlySpan<byte> data, int i)
    {
        var start = i;
        i = JsonText.PastText(data, i, ref _escapeNext, out var ended);
        Keep(data[start..(ended ? i - 1 : i)]);
        if (!ended)
            return i;
        Span<byte> buffer = stackalloc byte[MaxToken];
        // The known first words of a result have no escapes, and what is kept of a longer text may end inside of one.
        var token = _place != RpcPlace.ErrorText && Kept().Contains((byte)'\\') ? JsonText.Unescape(Kept(), buffer) : Kept();
        if (_mode == Mode.InText)
        {
            OnTextValue(token);
            return Complete(i);
        }
        var owner = _levels[_depth - 1].Inner;
        if (owner == RpcPlace.Arguments)
            _message.Arguments++;
        _place = RpcPlaces.Child(owner, token);
        _mode = Mode.Colon;
        return i;
    }

    void OnTextValue(ReadOnlySpan<byte> text)
    {
        switch (_place)
        {
            case RpcPlace.Method:
                _hasMethod = true;
                _message.Method = MethodOf(text);
                break;
            case RpcPlace.Id:
                _hasId = true;
                _message.Id = IdOf(text, isText: true);
                break;
            case RpcPlace.Name:
                _message.Tool = words.Get(text);
                break;
            case RpcPlace.Related:
                _message.Related = IdOf(text, isText: true);
                break;
            case RpcPlace.Token:
                _message.ProgressToken = IdOf(text, isText: true);
                break;
            case RpcPlace.Cursor:
                _message.HasCursor = true;
                break;
            case RpcPlace.TraceParent:
                _message.TraceParent = System.Text.Encoding.UTF8.GetString(text);
                break;
            case RpcPlace.TraceState:
                _message.TraceState = System.Text.Encoding.UTF8.GetString(text);
                break;
            case RpcPlace.Reason when SpeaksOfTime(text):
                _message.Hint = RpcHint.TimedOut;
                break;
            case RpcPlace.ErrorText:
                _message.Hint = RpcWords.HintOf(text[..Math.Min(text.Length, ErrorWords)]);
                break;
            case RpcPlace.ToolName:
                _toolName = words.Get(text);
                break;
            case RpcPlace.Result or RpcPlace.Error:
                Mark(_place);
                break;
        }
    }

    int OnLiteral(ReadOnlySpan<byte> data, int i)
    {
        var start = i;
        while (i < data.Length && data[i] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            i++;
        Keep(data[start..i]);
        if (i == data.Length)
            return i;
        var literal = Kept();
        var isNull = literal.SequenceEqual("null"u8);
        switch (_place)
        {
            case RpcPlace.Id when !isNull:
                _hasId = true;
                _message.Id = IdOf(literal, isText: false);
                break;
            case RpcPlace.Related when !isNull:
                _message.Related = IdOf(literal, isText: false);
                break;
            case RpcPlace.Token when !isNull:
                _message.ProgressToken = IdOf(literal, isText: false);
                break;
            case RpcPlace.IsError:
                _message.IsError = literal.SequenceEqual("true"u8);
                break;
            case RpcPlace.ErrorCode when Utf8Parser.TryParse(literal, out int code, out _):
                _message.ErrorCode = code;
                break;
            case RpcPlace.Result or RpcPlace.Error when !isNull || _place == RpcPlace.Result:
                Mark(_place);
                break;
        }
        return Complete(i);
    }

    /// <summary>Over a subtree or a string that is not read: only quotes and brackets are looked for.</summary>
    int OnSkip(ReadOnlySpan<byte> data, int i)
    {
        while (i < data.Length)
        {
            if (_mode == Mode.SkipInText)
            {
                i = JsonText.PastText(data, i, ref _escapeNext, out var ended);
                if (!ended)
                    return i;
                if (_skipDepth == 0)
                    return Complete(i);
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
                    Mark(_place);
                    return Complete(i);
            }
        }
        return i;
    }

    /// <summary>The message is whole.</summary>
    void Tell(long bytes)
    {
        _message.Bytes = bytes;
        _message.Kind = _hasMethod ? _hasId ? RpcKind.Request : RpcKind.Notification
            : !_hasId ? RpcKind.None
            : _hasError ? RpcKind.Error
            : _hasResult ? RpcKind.Result
            : RpcKind.None;
        if (_message.Kind != RpcKind.None)
            sink.OnMessage(_message);
    }

    void Mark(RpcPlace place)
    {
        _hasResult |= place == RpcPlace.Result;
        _hasError |= place == RpcPlace.Error;
    }

    int Break(ReadOnlySpan<byte> data)
    {
        _mode = Mode.Behind;
        return data.Length;
    }

    void BeginToken()
    {
        _tokenLength = 0;
        _tokenHash = 2166136261;
        _escapeNext = false;
    }

    void Keep(ReadOnlySpan<byte> part)
    {
        var room = (int)Math.Max(0, MaxToken - _tokenLength);
        part[..Math.Min(part.Length, room)].CopyTo(_token.AsSpan((int)Math.Min(_tokenLength, MaxToken)));
        _tokenLength += part.Length;
        if (_place is not (RpcPlace.Id or RpcPlace.Related or RpcPlace.Token))
            return;
        foreach (var one in part) // FNV-1a, so that long ids differ though they are cut
            _tokenHash = (_tokenHash ^ one) * 16777619;
    }

    ReadOnlySpan<byte> Kept() => _token.AsSpan(0, (int)Math.Min(_tokenLength, MaxToken));

    RpcId IdOf(ReadOnlySpan<byte> raw, bool isText) => RpcId.Of(raw, isText, _tokenLength, _tokenHash);

    static RpcMethod MethodOf(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("tools/call"u8) ? RpcMethod.ToolsCall
        : method.SequenceEqual("tools/list"u8) ? RpcMethod.ToolsList
        : method.SequenceEqual("initialize"u8) ? RpcMethod.Initialize
        : method.SequenceEqual("notifications/cancelled"u8) ? RpcMethod.Cancelled
        : method.SequenceEqual("notifications/progress"u8) ? RpcMethod.Progress
        : method.SequenceEqual("notifications/tools/list_changed"u8) ? RpcMethod.ToolsChanged
        : RpcMethod.Other;

    static bool SpeaksOfTime(ReadOnlySpan<byte> reason) => RpcWords.SpeaksOfTime(System.Text.Encoding.UTF8.GetString(reason));

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
        Literal,
        After,
        Skip,
        SkipInText,

        /// <summary>Behind the document, or in one that is not JSON: nothing more is read of it.</summary>
        Behind,
    }

    struct Level
    {
        public RpcPlace Inner;
        public RpcPlace Owner;
        public bool IsArray;
        public int Count;
    }
}
