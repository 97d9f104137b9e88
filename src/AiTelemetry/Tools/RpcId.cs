using System.Buffers.Text;
using System.Text;

namespace AiTelemetry.Tools;

/// <summary>The id of a request, or a token: a number or a text, and <c>1</c> is not <c>"1"</c>. The default is none.</summary>
internal readonly record struct RpcId
{
    const int MaxLength = 200;

    readonly byte _kind;
    readonly long _number;
    readonly string? _text;

    RpcId(byte kind, long number, string? text) => (_kind, _number, _text) = (kind, number, text);

    public bool IsNone => _kind == 0;

    public static RpcId Of(long number) => new(1, number, null);

    public static RpcId Of(string text) => new(2, 0, text);

    /// <summary>An id from its bytes; long ones by their first part, length and hash, so that what is kept is bounded.</summary>
    /// <param name="raw">The digits of a number, or the text without quotes and escapes.</param>
    /// <param name="isText">Whether it is a text.</param>
    /// <param name="length">How long the whole is, where <paramref name="raw"/> is cut.</param>
    /// <param name="hash">The hash of the whole.</param>
    public static RpcId Of(ReadOnlySpan<byte> raw, bool isText, long length, uint hash)
    {
        if (!isText && Utf8Parser.TryParse(raw, out long number, out var used) && used == raw.Length)
            return Of(number);
        var text = Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, MaxLength)]);
        if (raw.Length > MaxLength)
            text = FormattableString.Invariant($"{text}…{length}.{hash:x}");
        return new RpcId(isText ? (byte)2 : (byte)3, 0, text);
    }

    public override string ToString() => _kind switch
    {
        0 => "",
        1 => _number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => _text!,
    };
}
