using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Walks a price file and says file, line and key when it has to refuse it.</summary>
internal ref struct JsonCursor
{
    readonly string _file;
    readonly ReadOnlySpan<byte> _bytes;
    Utf8JsonReader _reader;

    public JsonCursor(string file, ReadOnlySpan<byte> bytes)
    {
        _file = file;
        _bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        _reader = new Utf8JsonReader(_bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Key = "";
    }

    /// <summary>What is being read, for messages: the model and the path below it.</summary>
    public string Key { get; set; }

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
    /// <param name="seen">The object's property names so far: one that comes twice is refused.</param>
    /// <param name="name">Its name.</param>
    public bool Property(ref List<string>? seen, out string name)
    {
        Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = _reader.GetString()!;
        seen ??= new List<string>(8);
        if (seen.Contains(name))
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
    public readonly string Value() => _reader.GetString()!;

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
        return _reader.GetString()!;
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
            && decimal.TryParse(_reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var text) ? text : null;
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

    public readonly PriceFileException Refuse(string reason)
    {
        var at = (int)Math.Min(_reader.TokenStartIndex, _bytes.Length);
        return new PriceFileException(_file, _bytes[..at].Count((byte)'\n') + 1, Key, reason);
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
