using System.Text.RegularExpressions;

namespace AiTelemetry.Pricing;

/// <summary>
/// A pattern the user gave for names of one provider: it fits a whole name or not at all, upper and lower case aside, in time linear to the
/// name's length whatever the pattern says.
/// </summary>
internal sealed class NamePattern
{
    /// <summary>Each is tried for every new name, so there are not many and none is long.</summary>
    public const int Most = 200;
    const int MaxLength = 500;

    readonly string _provider;
    readonly Regex _whole;

    NamePattern(string key, string provider, Regex whole, string target) => (Key, _provider, _whole, Target) = (key, provider, whole, target);

    /// <summary>As the user wrote it, <c>provider/pattern</c>.</summary>
    public string Key { get; }

    /// <summary>The model it stands for: of the same provider, or <c>provider/model</c>.</summary>
    public string Target { get; }

    /// <exception cref="FormatException">It is no such pattern; the message says why.</exception>
    public static NamePattern Of(string key, string target)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == key.Length - 1)
            throw new FormatException("a pattern is written provider/pattern");
        if (string.IsNullOrWhiteSpace(target))
            throw new FormatException("the target is empty");
        if (key.Length > MaxLength)
            throw new FormatException($"a pattern has at most {MaxLength} characters");
        const RegexOptions linear = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        try
        {
            var whole = new Regex($@"\A(?:{key[(slash + 1)..]})\z", linear);
            return new NamePattern(key, ProviderNames.Canonical(key[..slash]), whole, target.Trim());
        }
        catch (RegexParseException e)
        {
            throw new FormatException("not a regular expression: " + e.Message, e);
        }
        catch (NotSupportedException e)
        {
            // Look-around and back-references, which cannot be matched in linear time.
            throw new FormatException("not a regular expression of bounded time: " + e.Message, e);
        }
    }

    public bool Fits(string canonical, string name) =>
        string.Equals(canonical, _provider, StringComparison.Ordinal) && _whole.IsMatch(name);
}
