namespace AiTelemetry.Wire.Bedrock;

/// <summary>Unpacks a chunk of an invoke stream, <c>{"bytes":"..."}</c>, as it passes by: the string is base64 of the event that the model itself sent.</summary>
/// <remarks>Nothing is kept but the bits of a group of four letters that a piece was cut in. Other members (padding against guessing by length) are jumped over.</remarks>
internal struct ChunkReader
{
    const int Decoded = 512;

    static ReadOnlySpan<byte> Bytes => "bytes"u8;

    /// <summary>The six bits of a letter; 255 for what is none.</summary>
    static ReadOnlySpan<byte> Bits => Alphabet;

    static readonly byte[] Alphabet = MakeAlphabet();

    int _depth;
    int _group;
    byte _letters;
    byte _matched;
    Mode _mode;
    bool _expectsKey;
    bool _isBytes;
    bool _escape;

    public void Feed(ReadOnlySpan<byte> payload, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink)
    {
        var i = 0;
        while (i < payload.Length)
        {
            if (_mode == Mode.Bytes)
                i = OnBytes(payload, i, ref scanner, paths, sink);
            else if (_mode == Mode.Structure)
                OnStructure(payload[i++]);
            else
                OnText(payload[i++]);
        }
    }

    void OnStructure(byte b)
    {
        switch (b)
        {
            case (byte)'"':
                _mode = _depth == 1 && _expectsKey ? Mode.Key : _depth == 1 && _isBytes ? Mode.Bytes : Mode.Text;
                _matched = 0;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                _expectsKey = true;
                break;
            case (byte)'}' or (byte)']':
                _depth--;
                break;
            case (byte)',':
                _expectsKey = true;
                break;
            case (byte)':':
                _expectsKey = false;
                break;
        }
    }

    /// <summary>Inside a key, or a string of no interest.</summary>
    void OnText(byte b)
    {
        if (_escape)
        {
            _escape = false;
            _matched = byte.MaxValue;
        }
        else if (b == (byte)'\\')
        {
            _escape = true;
        }
        else if (b == (byte)'"')
        {
            if (_mode == Mode.Key)
                _isBytes = _matched == Bytes.Length;
            _mode = Mode.Structure;
        }
        else
        {
            _matched = _matched < Bytes.Length && b == Bytes[_matched] ? (byte)(_matched + 1) : byte.MaxValue;
        }
    }

    int OnBytes(ReadOnlySpan<byte> payload, int i, ref JsonScanner scanner, JsonPaths paths, IJsonSink sink)
    {
        Span<byte> decoded = stackalloc byte[Decoded];
        var length = 0;
        for (; i < payload.Length && length <= Decoded - 3; i++)
        {
            var b = payload[i];
            if (b is (byte)'"' or (byte)'=')
            {
                // The last group may have two or three letters: one or two bytes.
                if (_letters >= 2)
                    decoded[length++] = (byte)(_group >> (_letters == 3 ? 10 : 4));
                if (_letters == 3)
                    decoded[length++] = (byte)(_group >> 2);
                _letters = 0;
                _group = 0;
                if (b == (byte)'=')
                    continue;
                _mode = Mode.Structure;
                _isBytes = false;
                i++;
                break;
            }
            var bits = Bits[b];
            if (bits == byte.MaxValue)
                continue; // the backslash of an escaped slash
            _group = (_group << 6) | bits;
            if (++_letters < 4)
                continue;
            decoded[length++] = (byte)(_group >> 16);
            decoded[length++] = (byte)(_group >> 8);
            decoded[length++] = (byte)_group;
            _letters = 0;
            _group = 0;
        }
        scanner.Feed(decoded[..length], paths, sink);
        return i;
    }

    static byte[] MakeAlphabet()
    {
        var alphabet = new byte[256];
        Array.Fill(alphabet, byte.MaxValue);
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var i = 0; i < letters.Length; i++)
            alphabet[letters[i]] = (byte)i;
        return alphabet;
    }

    enum Mode : byte
    {
        Structure,
        Key,
        Text,
        Bytes,
    }
}
