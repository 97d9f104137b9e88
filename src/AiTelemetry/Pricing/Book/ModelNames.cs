namespace AiTelemetry.Pricing;

/// <summary>Rewrites of a model's name that mean the same model. Whole-name rules only: no name ever matches by a part of itself.</summary>
internal static class ModelNames
{
    static readonly string[] BedrockRoutes = ["converse", "converse_like", "invoke", "async_invoke"];

    static readonly string[] BedrockRegions = ["us", "eu", "apac", "global", "au", "jp", "ca", "sa", "me", "af", "in", "kr", "us-gov"];

    /// <summary>
    /// The name and what is left of it as prefixes come off: the provider's own, Bedrock routes, resource paths. Empty for an opaque name.
    /// </summary>
    public static List<string> WithoutPrefixes(string canonical, string name)
    {
        if (IsPlain(name))
            return [name];
        if (name.StartsWith("arn:", StringComparison.OrdinalIgnoreCase))
            return FromArn(name) is { } model ? [model] : [];

        var forms = new List<string> { name };
        var rest = name;
        while (rest.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && IsPrefix(canonical, rest[..slash]))
        {
            rest = rest[(slash + 1)..];
            // publishers/x/models/name
            if (rest.Length < name.Length && name.StartsWith("publishers/", StringComparison.OrdinalIgnoreCase) && forms.Count == 1)
            {
                var models = rest.IndexOf("/models/", StringComparison.OrdinalIgnoreCase);
                if (models < 0)
                    break;
                rest = rest[(models + "/models/".Length)..];
            }

            forms.Add(rest);
        }

        if (name.StartsWith("projects/", StringComparison.OrdinalIgnoreCase)
            && name.LastIndexOf("/models/", StringComparison.OrdinalIgnoreCase) is var at and > 0)
            forms.Add(name[(at + "/models/".Length)..]);
        return forms;
    }

    /// <summary>Whether a name has no part that could be a prefix.</summary>
    public static bool IsPlain(string name) =>
        !name.Contains('/', StringComparison.Ordinal) && !name.StartsWith("arn:", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The name with what marks a snapshot at its end removed, once per step: a date, <c>-latest</c>, a Bedrock <c>:0</c>.
    /// </summary>
    public static string? WithoutSuffix(string name)
    {
        if (name.EndsWith("-latest", StringComparison.OrdinalIgnoreCase))
            return name[..^"-latest".Length];
        if (name.EndsWith("@latest", StringComparison.OrdinalIgnoreCase))
            return name[..^"@latest".Length];
        if (name.EndsWith("@default", StringComparison.OrdinalIgnoreCase))
            return name[..^"@default".Length];
        if (name.EndsWith(":0", StringComparison.Ordinal))
            return name[..^2];
        return WithoutDateAtEnd(name);
    }

    /// <summary>
    /// The name without its date; null where it has none. On Bedrock the date has a version behind it, which counts the releases of that date and goes with it.
    /// </summary>
    public static string? WithoutDate(string name)
    {
        if (WithoutDateAtEnd(name) is { } bare)
            return bare;
        var version = name.LastIndexOf("-v", StringComparison.OrdinalIgnoreCase);
        if (version < 0 || name.AsSpan(version + 2).IndexOfAnyExcept("0123456789:k") >= 0)
            return null;
        return WithoutDateAtEnd(name[..version]);
    }

    /// <summary>One spelling for <c>4.5</c> and <c>4-5</c>: lower case, and a dash where a dot stands between digits.</summary>
    public static string Dashed(string name)
    {
        if (!name.Contains('.', StringComparison.Ordinal))
            return name.ToLowerInvariant();
        return string.Create(name.Length, name, static (made, from) =>
        {
            for (var i = 0; i < made.Length; i++)
            {
                var between = from[i] == '.' && i > 0 && i + 1 < from.Length && char.IsAsciiDigit(from[i - 1]) && char.IsAsciiDigit(from[i + 1]);
                made[i] = between ? '-' : char.ToLowerInvariant(from[i]);
            }
        });
    }

    /// <summary>A Bedrock name without the region in front of it.</summary>
    public static string? WithoutBedrockRegion(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && Array.Exists(BedrockRegions, r => name.AsSpan(0, dot).Equals(r, StringComparison.OrdinalIgnoreCase))
            ? name[(dot + 1)..]
            : null;
    }

    /// <summary>The fine-tuned base of <c>ft:base:organisation:suffix:id</c>: <c>ft:base</c>.</summary>
    public static string? FineTuneBase(string name)
    {
        if (!name.StartsWith("ft:", StringComparison.OrdinalIgnoreCase))
            return null;
        var end = name.IndexOf(':', 3);
        return end > 3 ? name[..end] : null;
    }

    static string? WithoutDateAtEnd(string name)
    {
        if (name.Length > 9 && name[^9] is '-' or '@' && IsDate(name.AsSpan(name.Length - 8)))
            return name[..^9];
        if (name.Length > 11 && name[^11] is '-' or '@' && name[^6] == '-' && name[^3] == '-'
            && IsDate($"{name.AsSpan(name.Length - 10, 4)}{name.AsSpan(name.Length - 5, 2)}{name.AsSpan(name.Length - 2)}"))
            return name[..^11];
        return null;
    }

    static bool IsPrefix(string canonical, string segment)
    {
        if (segment.Equals("models", StringComparison.OrdinalIgnoreCase) || segment.Equals("publishers", StringComparison.OrdinalIgnoreCase))
            return true;
        if (canonical == "bedrock" && Array.Exists(BedrockRoutes, r => segment.Equals(r, StringComparison.OrdinalIgnoreCase)))
            return true;
        var named = ProviderNames.Canonical(segment);
        return named == canonical || named == ProviderNames.SecondPriceList(canonical);
    }

    // Only these two kinds name a model; the others (application profiles, provisioned and custom models) are opaque.
    static string? FromArn(string arn)
    {
        var resource = arn.Split(':', 6) is [_, _, _, _, _, var last] ? last : "";
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && resource[..slash] is "foundation-model" or "inference-profile" ? resource[(slash + 1)..] : null;
    }

    static bool IsDate(ReadOnlySpan<char> digits)
    {
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
                return false;
        }

        var month = ((digits[4] - '0') * 10) + digits[5] - '0';
        var day = ((digits[6] - '0') * 10) + digits[7] - '0';
        return digits[..2] is "20" && month is >= 1 and <= 12 && day is >= 1 and <= 31;
    }
}
