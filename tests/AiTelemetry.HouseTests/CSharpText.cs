using System.Text;

namespace AiTelemetry.HouseTests;

/// <summary>Takes a C# file apart as far as house rules need it: its string literals, and its code without comments and literals.</summary>
internal sealed class CSharpText
{
    readonly string _text;
    readonly StringBuilder _code = new();
    readonly List<CSharpLiteral> _literals = [];
    int _at;

    CSharpText(string text) => _text = text;

    /// <summary>The code; comments are gone, and each literal is <c>""</c>.</summary>
    public string Code => _code.ToString();

    public IReadOnlyList<CSharpLiteral> Literals => _literals;

    public static CSharpText Of(string text)
    {
        var parsed = new CSharpText(text);
        parsed.ReadCode(inHole: false);
        return parsed;
    }

    bool Is(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    void ReadCode(bool inHole)
    {
        var braces = 0;
        while (_at < _text.Length)
        {
            if (Is("//"))
                SkipTo("\n");
            else if (Is("/*"))
                SkipPast("*/");
            else if (_text[_at] == '\'')
                SkipCharacter();
            else if (StringAhead() is { } dollars)
                ReadString(dollars);
            else if (inHole && _text[_at] == '}' && braces == 0)
                return;
            else
            {
                braces += _text[_at] == '{' ? 1 : _text[_at] == '}' ? -1 : 0;
                _code.Append(_text[_at++]);
            }
        }
    }

    /// <summary>The number of dollar signs of the string that begins here; null where none does.</summary>
    int? StringAhead()
    {
        var at = _at;
        while (at < _text.Length && _text[at] is '$' or '@')
            at++;
        return at < _text.Length && _text[at] == '"' ? _text.AsSpan(_at, at - _at).Count('$') : null;
    }

    void ReadString(int dollars)
    {
        var before = _code.ToString(Math.Max(0, _code.Length - 40), Math.Min(40, _code.Length));
        var verbatim = false;
        for (; _text[_at] != '"'; _at++)
            verbatim |= _text[_at] == '@';
        var quotes = 0;
        while (_at + quotes < _text.Length && _text[_at + quotes] == '"')
            quotes++;
        var close = !verbatim && quotes >= 3 ? new string('"', quotes) : "\"";
        _at += close.Length;
        var value = new StringBuilder();
        while (_at < _text.Length && !(Is(close) && !(verbatim && Is("\"\""))))
        {
            if (dollars > 0 && Is(new string('{', dollars)) && !(close.Length == 1 && Is("{{")))
            {
                _at += dollars;
                ReadCode(inHole: true);
                _at += dollars;
                value.Append("{}");
                continue;
            }
            if (close.Length == 1 && ((!verbatim && _text[_at] == '\\') || (verbatim && Is("\"\"")) || (dollars > 0 && (Is("{{") || Is("}}")))))
                value.Append(_text[_at++]);
            value.Append(_text[_at++]);
        }
        _at += close.Length;
        _literals.Add(new CSharpLiteral(value.ToString(), before.TrimEnd()));
        _code.Append("\"\"");
    }

    void SkipCharacter()
    {
        _at++;
        while (_text[_at] != '\'')
            _at += _text[_at] == '\\' ? 2 : 1;
        _at++;
        _code.Append("' '");
    }

    void SkipTo(string end) => _at = _text.IndexOf(end, _at, StringComparison.Ordinal) is var found and >= 0 ? found : _text.Length;

    void SkipPast(string end)
    {
        SkipTo(end);
        _at = Math.Min(_text.Length, _at + end.Length);
    }
}

/// <summary>A string literal.</summary>
/// <param name="Value">What stands between its quotes.</param>
/// <param name="Before">The code in front of it.</param>
internal sealed record CSharpLiteral(string Value, string Before);
