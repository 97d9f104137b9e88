using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace AiTelemetry.Wire;

/// <summary>What of JSON's grammar can be told by a few bytes, without knowing where in a document they stand.</summary>
internal static class JsonText
{
    /// <summary>Bytes of a string that are looked at at once.</summary>
    public const int Block = 64;

    /// <summary>Whether a number, <c>true</c>, <c>false</c> or <c>null</c> begins so.</summary>
    public static bool BeginsLiteral(byte first) => first is (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9');

    /// <summary>Whether this is the first byte behind one of these.</summary>
    public static bool EndsLiteral(byte next) => next is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    /// <summary>Moves to behind the closing quote of a string, or to the end of the data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="i">A place inside the string.</param>
    /// <param name="escapeNext">Whether the first byte of the data that follows is escaped.</param>
    /// <param name="ended">Whether the string ended.</param>
    public static int PastText(ReadOnlySpan<byte> data, int i, ref bool escapeNext, out bool ended)
    {
        ended = false;
        if (escapeNext)
        {
            escapeNext = false;
            i++;
        }
        while (Vector256.IsHardwareAccelerated && data.Length - i >= Block)
        {
            var quotes = Unescaped(data.Slice(i, Block), out var escapesNext);
            if (quotes != 0)
            {
                ended = true;
                return i + BitOperations.TrailingZeroCount(quotes) + 1;
            }
            i += Block;
            if (!escapesNext)
                continue;
            if (i == data.Length)
                escapeNext = true;
            i++;
        }
        while (i < data.Length)
        {
            var at = data[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (at < 0)
                return data.Length;
            i += at + 1;
            if (data[i - 1] == (byte)'"')
            {
                ended = true;
                return i;
            }
            if (i == data.Length)
                escapeNext = true;
            i++;
        }
        return data.Length;
    }

    /// <summary>The quotes in a block of a string that are not escaped, a bit for each byte, whose first byte is not escaped either.</summary>
    /// <remarks>
    /// Text of models is full of escapes; all of a block are told apart at once, so that they cost nothing. A backslash that is not escaped itself escapes
    /// what follows: with runs of backslashes seen as numbers, adding carries through each run to its end, and where that lies odd, the next byte is escaped
    /// (<see href="https://arxiv.org/abs/1902.08318"/>, 3.1.1).
    /// </remarks>
    public static ulong Unescaped(ReadOnlySpan<byte> block, out bool escapesNext)
    {
        const ulong Odd = 0xAAAA_AAAA_AAAA_AAAA;
        var low = Vector256.Create(block);
        var high = Vector256.Create(block[32..]);
        var quotes = Mask(low, high, (byte)'"');
        var slashes = Mask(low, high, (byte)'\\');
        escapesNext = false;
        if (slashes == 0)
            return quotes;
        var escapes = (((slashes << 1) | Odd) - slashes) ^ Odd;
        escapesNext = (escapes & slashes) >> 63 != 0;
        return quotes & ~(escapes ^ slashes);
    }

    static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Vector256.Equals(low, Vector256.Create(value)).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, Vector256.Create(value)).ExtractMostSignificantBits() << 32);

    /// <summary>A string with its escapes resolved.</summary>
    /// <param name="token">The string without its quotes, of at most <see cref="JsonScanner.MaxToken"/> bytes.</param>
    /// <param name="buffer">Where to put the result, of at least as many bytes.</param>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> token, Span<byte> buffer)
    {
        Span<byte> quoted = stackalloc byte[JsonScanner.MaxToken + 2];
        quoted[0] = quoted[token.Length + 1] = (byte)'"';
        token.CopyTo(quoted[1..]);
        try
        {
            var reader = new Utf8JsonReader(quoted[..(token.Length + 2)]);
            reader.Read();
            return buffer[..reader.CopyString(buffer)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return token; // not a valid string: the text as it stands is all there is to report
        }
    }
}
