using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Walks a price file and says file, line and key when it has to refuse it.</summary>
internal ref struct JsonCursor
{
    readonly string _file;
    readonly ReadOnlySpan<byte> _bytes;
    string _parent = "";
    string? _name;
    Utf8JsonReader _reader;

    public JsonCursor(string file, ReadOnlySpan<byte> bytes)
    {
        _file = file;
        _bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        _reader = new Utf8JsonReader(_bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>What is being read, for messages: the model and the path below it. Put together only when it is asked for.</summary>
    public string Key
    {
        readonly get => _name is null ? _parent
            : _parent.Length == 0 ? _name
            : _parent.Contains(": ", StringComparison.Ordinal) || !_parent.AsSpan().ContainsAny('/', '[') ? $"{_parent}.{_name}"
            : $"{_parent}: {_name}";
        set => (_parent, _name) = (value, null);
    }

    public JsonTokenType Token => _reader.TokenType;

    public void Read()
    {
        try
        {
            if (!_reader.Read())
                throw Refuse("the file ends too early");
        }
        catch (JsonException e)
        {
            throw new PriceFileException(_file, (int)(e.LineNumber ?? 0) + 1, Key, "not valid JSON", e);
        }
    }

    /// <summary>Checks that nothing follows the document.</summary>
    public void End()
    {
        try
        {
            if (_reader.Read())
                throw Refuse("something follows the document");
        }
        catch (JsonException e)
        {
            throw new PriceFileException(_file, (int)(e.LineNumber ?? 0) + 1, Key, "not valid JSON", e);
        }
    }

    /// <summary>Moves on to the next property of an object and into its value; false at the object's end.</summary>
    /// <param name="seen">The object's own key, then its property names so far: one that comes twice is refused.</param>
    /// <param name="name">Its name.</param>
    public bool Property(ref List<string>? seen, out string name)
    {
        seen ??= new List<string>(8) { Key };
        Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            Key = seen[0];
            name = "";
            return false;
        }

        name = Value();
        (_parent, _name) = (seen[0], name);
        if (seen.IndexOf(name, 1) > 0)
            throw Refuse($"\"{name}\" is given twice");
        seen.Add(name);
        Read();
        return true;
    }

    /// <summary>
    /// Moves on to the next property of a file that is not ours to be strict with, and stays on its name; false at the object's end.
    /// </summary>
    public bool Name()
    {
        Read();
        return _reader.TokenType != JsonTokenType.EndObject;
    }

    /// <summary>Whether the name or string here contains some bytes; spares making a string of the many that are of no interest.</summary>
    public readonly bool Contains(ReadOnlySpan<byte> part) => _reader.ValueSpan.IndexOf(part) >= 0;

    /// <summary>Whether the name or string here is this one.</summary>
    public readonly bool Is(ReadOnlySpan<byte> text) => _reader.ValueTextEquals(text);

    /// <summary>The name or string here.</summary>
    public readonly string Value()
    {
        if (_reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String))
            throw Refuse($"expected a name, got {Describe(_reader.TokenType)}");
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Bytes that are no UTF-8, or half of a surrogate pair: the reader only finds out when it makes a string of them.
            throw Refuse("not valid text", e);
        }
    }

    /// <summary>Moves to the next element of an array; false at its end.</summary>
    public bool Element()
    {
        Read();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    public void Expect(JsonTokenType token)
    {
        if (_reader.TokenType != token)
            throw Refuse($"expected {Describe(token)}, got {Describe(_reader.TokenType)}");
    }

    public string Text()
    {
        Expect(JsonTokenType.String);
        return Value();
    }

    /// <summary>A number, read as decimal text: it never passes through binary floating point.</summary>
    public decimal Number()
    {
        if (_reader.TokenType == JsonTokenType.String)
            throw Refuse("a price is a JSON number, not a string");
        Expect(JsonTokenType.Number);
        return _reader.TryGetDecimal(out var value) ? value : throw Refuse("the number does not fit a decimal");
    }

    public long Count()
    {
        var value = Number();
        if (value is < 0 or > UsageBuckets.MaxTokens || value != decimal.Truncate(value))
            throw Refuse("expected a whole number of tokens");
        return (long)value;
    }

    public bool Flag() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Refuse($"expected true or false, got {Describe(_reader.TokenType)}"),
    };

    /// <summary>A date (00:00 UTC) or a time with an offset; anything else is refused.</summary>
    public DateTimeOffset Time()
    {
        var text = Text();
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var zoned = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        if (zoned && _reader.TryGetDateTimeOffset(out var time))
            return time.ToUniversalTime();
        throw Refuse($"\"{text}\" is not a date (2026-07-30) or a UTC time (2026-07-30T16:00:00Z)");
    }

    public DateOnly Date()
    {
        var text = Text();
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Refuse($"\"{text}\" is not a date (2026-07-30)");
    }

    /// <summary>The number here, whether written as a number or as a string; null when it is neither.</summary>
    public decimal? LenientNumber()
    {
        if (_reader.TokenType == JsonTokenType.Number)
            return _reader.TryGetDecimal(out var value) ? value : null;
        return _reader.TokenType == JsonTokenType.String
            && decimal.TryParse(Value(), NumberStyles.Float, CultureInfo.InvariantCulture, out var text) ? text : null;
    }

    public void Skip()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException e)
        {
            throw new PriceFileException(_file, (int)(e.LineNumber ?? 0) + 1, Key, "not valid JSON", e);
        }
    }

    public readonly PriceFileException Refuse(string reason, Exception? inner = null)
    {
        var at = (int)Math.Min(_reader.TokenStartIndex, _bytes.Length);
        return new PriceFileException(_file, _bytes[..at].Count((byte)'\n') + 1, Key, reason, inner);
    }

    static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => token.ToString(),
    };
}
