namespace AiTelemetry.Testing.Wire;

/// <summary>Cuts texts into what a stream sends one by one.</summary>
static class TextPieces
{
    /// <summary>About four characters make a token; never less than one.</summary>
    public static long Tokens(int characters) => Math.Max(1, (characters + 3) / 4);

    public static string Words(int count) => string.Join(' ', Enumerable.Range(1, count).Select(number => $"word{number}"));

    public static IEnumerable<string> Endless(int limit) => Enumerable.Range(1, limit).Select(number => $"word{number} ");

    /// <summary>Cuts into <paramref name="count"/> pieces of like length, by default into words. A surrogate pair is never cut.</summary>
    public static IReadOnlyList<string> Split(string text, int? count)
    {
        if (count is null)
            return ByWord(text);
        var pieces = new List<string>();
        var start = 0;
        for (var i = 1; i <= count; i++)
        {
            var end = (int)((long)text.Length * i / count.Value);
            if (end < text.Length && end > 0 && char.IsLowSurrogate(text[end]))
                end++;
            if (end <= start)
                continue;
            pieces.Add(text[start..end]);
            start = end;
        }
        return pieces;
    }

    /// <summary>The space goes with the word after it, as in a model's tokens.</summary>
    static List<string> ByWord(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        while (start < text.Length)
        {
            var next = text.IndexOf(' ', start + 1);
            var end = next < 0 ? text.Length : next;
            pieces.Add(text[start..end]);
            start = end;
        }
        return pieces;
    }
}
