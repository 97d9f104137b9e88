namespace AiTelemetry.Tools;

/// <summary>Takes server-sent events apart as they pass by, in pieces cut anywhere, and feeds their data to a <see cref="JsonRpcReader"/>: one event, one document.</summary>
/// <remarks><see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation"/>: lines end in LF, CRLF or CR; a blank line ends an event.</remarks>
internal sealed class RpcEvents(JsonRpcReader reader)
{
    static ReadOnlySpan<byte> Data => "data:"u8;

    static ReadOnlySpan<byte> Id => "id:"u8;

    readonly byte[] _name = new byte[5];
    int _length;
    bool _isData;
    bool _afterCr;

    /// <summary>Whether an event had an id: a stream that breaks off may then be taken up again elsewhere.</summary>
    public bool HasIds { get; private set; }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterCr)
            {
                _afterCr = false;
                if (bytes[0] == (byte)'\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            OnLine(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
                return;
            OnLineEnd();
            _afterCr = bytes[end] == (byte)'\r';
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The stream is over; a last event without its blank line counts.</summary>
    public void End() => reader.End();

    void OnLine(ReadOnlySpan<byte> part)
    {
        while (!_isData && _length < _name.Length && !part.IsEmpty)
        {
            _name[_length++] = part[0];
            part = part[1..];
            if (_length == Id.Length && _name.AsSpan(0, Id.Length).SequenceEqual(Id))
                HasIds = true;
            if (_length == Data.Length && _name.AsSpan().SequenceEqual(Data))
                _isData = true;
        }
        if (_isData)
            reader.Feed(part);
    }

    void OnLineEnd()
    {
        if (_length == 0)
            reader.End();
        else if (_isData)
            reader.Feed("\n"u8); // lines of one event are one text
        (_length, _isData) = (0, false);
    }
}
