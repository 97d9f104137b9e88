using System.Buffers;
using System.Globalization;
using System.Text;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>Rows as COPY reads them in its text format: values with a tab behind each, rows with a line feed, <c>\N</c> for null.</summary>
/// <remarks>
/// Not its binary format: of that the server holds up to 1,000 rows apart before it writes any, and making room for them takes it longer than reading text
/// (of text it holds 64 KiB). All of it is made before a byte is sent, while the server does something else.
/// See https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2.
/// </remarks>
internal sealed class CopyText : IDisposable
{
    const int LongestNumber = 64;

    static readonly SearchValues<byte> Special = SearchValues.Create("\\\t\n\r"u8);

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(256 * 1024);
    int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Number<T>(T value)
        where T : struct, IUtf8SpanFormattable
    {
        value.TryFormat(Room(LongestNumber), out var written, default, CultureInfo.InvariantCulture);
        _length += written;
        _bytes[_length++] = (byte)'\t';
    }

    public void Number<T>(T? value)
        where T : struct, IUtf8SpanFormattable
    {
        if (value is { } known)
            Number(known);
        else
            Null();
    }

    public void Flag(bool value) => Put(value ? "t\t"u8 : "f\t"u8);

    public void Text(string? text)
    {
        if (text is null)
        {
            Null();
            return;
        }
        var written = Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
        if (_bytes.AsSpan(_length, written).ContainsAny(Special))
            written = Encoding.UTF8.GetBytes(Escaped(text), Room(Encoding.UTF8.GetMaxByteCount(text.Length * 2)));
        _length += written;
        _bytes[_length++] = (byte)'\t';
    }

    /// <summary>An array of texts.</summary>
    public void Texts(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            Null();
            return;
        }
        var array = new StringBuilder("{");
        for (var i = 0; i < texts.Count; i++)
            array.Append(i == 0 ? "\"" : ",\"").Append(texts[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        Text(array.Append('}').ToString());
    }

    /// <summary>Bytes, from their hexadecimal digits.</summary>
    public void Bytes(string? digits)
    {
        if (digits is null)
        {
            Null();
            return;
        }
        Put(@"\\x"u8);
        Text(digits);
    }

    public void Clear() => _length = 0;

    public void EndRow() => _bytes[_length - 1] = (byte)'\n';

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    void Null() => Put("\\N\t"u8);

    void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Room for so many bytes and one more.</summary>
    Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length <= bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + bytes + 1));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(_length);
    }

    static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
}
