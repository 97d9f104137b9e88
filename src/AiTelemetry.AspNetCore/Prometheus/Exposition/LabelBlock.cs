using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>Encodes the labels of one series, <c>a="x",b="y"</c> without braces; done once per series, then kept.</summary>
/// <remarks>
/// Keys that become the same label are joined with <c>;</c> in the order of the keys, as the specification says. Values longer than the limit end in
/// <c>...</c> and a hash of the whole, so that two of them stay two series. What is no valid UTF-16, and NUL, comes out as U+FFFD.
/// Not safe for several threads.
/// </remarks>
internal sealed class LabelBlock(int maxValueLength, ILogger logger)
{
    static readonly SearchValues<char> ToEscape = SearchValues.Create("\\\"\n\0");

    readonly List<Label> _labels = [];
    readonly ArrayBufferWriter<byte> _bytes = new(512);
    bool _toldUnreadable;

    /// <summary>Encodes the labels of a series.</summary>
    /// <param name="common">Labels every series of the stream has (the scope's); may be empty.</param>
    /// <param name="tags">The tags of the point.</param>
    /// <param name="reserved">A label name the format itself uses on these lines (<c>le</c>); a tag of that name becomes <c>exported_le</c>.</param>
    public byte[] Encode(IReadOnlyList<KeyValuePair<string, object?>> common, ReadOnlyTagCollection tags, string? reserved)
    {
        _labels.Clear();
        for (var i = 0; i < common.Count; i++)
            Add(common[i].Key, common[i].Value, reserved);
        foreach (var tag in tags)
            Add(tag.Key, tag.Value, reserved);
        return Write();
    }

    /// <summary>Encodes attributes, of the resource for example.</summary>
    public byte[] Encode(IEnumerable<KeyValuePair<string, object>> attributes)
    {
        _labels.Clear();
        foreach (var attribute in attributes)
            Add(attribute.Key, attribute.Value, reserved: null);
        return Write();
    }

    void Add(string key, object? value, string? reserved)
    {
        var name = MetricName.Sanitize(key, colons: false);
        if (name == reserved)
            name = "exported_" + name;
        _labels.Add(new Label(name, key, Text(value)));
    }

    byte[] Write()
    {
        _bytes.ResetWrittenCount();
        for (var i = 0; i < _labels.Count; i++)
        {
            var (name, _, text) = _labels[i];
            if (IndexOf(name) < i)
                continue;

            if (_bytes.WrittenCount > 0)
                _bytes.Write(","u8);
            Encoding.UTF8.GetBytes(name, _bytes);
            _bytes.Write("=\""u8);
            WriteEscaped(Bounded(Joined(name, text)), _bytes, quotes: true);
            _bytes.Write("\""u8);
        }

        var block = _bytes.WrittenSpan.ToArray();
        _labels.Clear();
        return block;
    }

    int IndexOf(string name)
    {
        for (var i = 0; i < _labels.Count; i++)
        {
            if (_labels[i].Name == name)
                return i;
        }

        return -1;
    }

    string Joined(string name, string text)
    {
        var same = _labels.FindAll(l => l.Name == name);
        if (same.Count == 1)
            return text;
        same.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return string.Join(';', same.Select(l => l.Text));
    }

    string Bounded(string text)
    {
        if (text.Length <= maxValueLength)
            return text;
        var hash = SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()));
        var keep = maxValueLength - 19;
        if (char.IsHighSurrogate(text[keep - 1]))
            keep--;
        return string.Concat(text.AsSpan(0, keep), "...", Convert.ToHexStringLower(hash.AsSpan(0, 8)));
    }

    string Text(object? value)
    {
        try
        {
            return value switch
            {
                null => "",
                string text => text,
                bool flag => flag ? "true" : "false",
                Array array => "[" + string.Join(',', array.Cast<object?>().Select(Json)) + "]",
                IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture) ?? "",
                _ => value.ToString() ?? "",
            };
        }
        catch (Exception fault)
        {
            // A tag of the app whose ToString throws must not take the whole page with it.
            if (!_toldUnreadable)
                Log.ValueUnreadable(logger, value!.GetType(), fault);
            _toldUnreadable = true;
            return "unreadable";
        }
    }

    string Json(object? item) => item switch
    {
        null => "null",
        string text => "\"" + System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text) + "\"",
        _ => Text(item),
    };

    /// <summary>Writes <paramref name="text"/> as UTF-8 with <c>\</c>, line feeds and, where asked, quotes escaped.</summary>
    public static void WriteEscaped(ReadOnlySpan<char> text, IBufferWriter<byte> to, bool quotes)
    {
        while (true)
        {
            var at = text.IndexOfAny(ToEscape);
            Encoding.UTF8.GetBytes(at < 0 ? text : text[..at], to);
            if (at < 0)
                return;
            to.Write(text[at] switch
            {
                '\\' => "\\\\"u8,
                '\n' => "\\n"u8,
                '"' => quotes ? "\\\""u8 : "\""u8,
                _ => "\uFFFD"u8,
            });
            text = text[(at + 1)..];
        }
    }

    readonly record struct Label(string Name, string Key, string Text);

    static class Log
    {
        static readonly Action<ILogger, Type, Exception?> Unreadable = LoggerMessage.Define<Type>(
            LogLevel.Warning,
            new EventId(5, nameof(ValueUnreadable)),
            "A tag value of type {Type} could not be turned into text and stands as \"unreadable\" on the metrics page; said once.");

        public static void ValueUnreadable(ILogger logger, Type type, Exception fault) => Unreadable(logger, type, fault);
    }
}
