namespace AiTelemetry.Conformance;

/// <summary>Spoils bodies, always in the same way for the same seed.</summary>
internal sealed class Mutation(int seed, IReadOnlyList<byte[]> bodies)
{
    static readonly byte[][] Tokens =
    [
        "99999999999999999999999999"u8.ToArray(), "-1"u8.ToArray(), "1e400"u8.ToArray(), "0.5"u8.ToArray(), "2147483647"u8.ToArray(), "9223372036854775808"u8.ToArray(),
        "null"u8.ToArray(), "true"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(),
        "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "\n\n"u8.ToArray(), "\r"u8.ToArray(), "data:"u8.ToArray(), "data: [DONE]\n\n"u8.ToArray(), "event: error\n"u8.ToArray(),
        "\"usage\":{\"prompt_tokens\":"u8.ToArray(), "\"error\":{\"type\":\"x\"},"u8.ToArray(), "\"usageMetadata\":{"u8.ToArray(), "\"type\":\"message_stop\""u8.ToArray(),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0], new byte[1100],
    ];

    readonly Random _random = new(seed);

    /// <summary>A body, spoiled in one to four places.</summary>
    public byte[] Of(byte[] body)
    {
        for (var times = _random.Next(1, 5); times > 0; times--)
            body = Spoil(body);
        return body;
    }

    /// <summary>How large the pieces of the body come.</summary>
    public Func<int> Pieces()
    {
        var most = _random.Next(40) switch { 0 => 3, < 8 => 60, < 24 => 900, _ => 100_000 };
        return () => _random.Next(1, most + 1);
    }

    byte[] Spoil(byte[] body)
    {
        if (body.Length == 0)
            return [(byte)_random.Next(256)];
        var at = _random.Next(body.Length);
        var length = Math.Min(_random.Next(1, 200), body.Length - at);
        switch (_random.Next(10))
        {
            case 0:
                return body[..at];
            case 1:
                return body[at..];
            case 2:
                return [.. body[..at], .. body[(at + length)..]];
            case 3:
                return [.. body[..(at + length)], .. body[at..]];
            case 4:
                var other = bodies[_random.Next(bodies.Count)];
                return [.. body[..at], .. other[_random.Next(other.Length)..]];
            case 5:
                return [.. body[..at], .. Nested(), .. body[at..]];
            case 6:
                return Renumbered(body, at);
            case 7:
                return [.. body[..at], .. Tokens[_random.Next(Tokens.Length)], .. body[at..]];
            default:
                var flipped = (byte[])body.Clone();
                for (var bits = _random.Next(1, 9); bits > 0; bits--)
                    flipped[_random.Next(flipped.Length)] ^= (byte)(1 << _random.Next(8));
                return flipped;
        }
    }

    byte[] Nested()
    {
        var piece = _random.Next(3) switch { 0 => "["u8, 1 => "{\"a\":"u8, _ => "{\"usage\":[{\"choices\":"u8 };
        var levels = _random.Next(1, 300);
        var nested = new byte[piece.Length * levels];
        for (var i = 0; i < levels; i++)
            piece.CopyTo(nested.AsSpan(i * piece.Length));
        return nested;
    }

    /// <summary>The next number in the body becomes another one.</summary>
    byte[] Renumbered(byte[] body, int at)
    {
        var start = body.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
            return body;
        start += at;
        var end = body.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return [.. body[..start], .. Tokens[_random.Next(6)], .. body[(end < 0 ? body.Length : start + end)..]];
    }
}
