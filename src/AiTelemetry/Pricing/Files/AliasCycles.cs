namespace AiTelemetry.Pricing;

internal static class AliasCycles
{
    /// <summary>The circle a name is in, as text; null when it is in none.</summary>
    public static string? Through(IReadOnlyDictionary<string, string> targets, string name)
    {
        var path = new List<string> { name };
        var at = name;
        while (targets.TryGetValue(at, out var target))
        {
            // A target without a provider is a name of the same provider; one with a slash may be either.
            var local = $"{at[..at.IndexOf('/', StringComparison.Ordinal)]}/{target}";
            at = targets.ContainsKey(local) ? local : PriceBook.Qualified(target);
            path.Add(at);
            if (string.Equals(at, name, StringComparison.OrdinalIgnoreCase))
                return string.Join(" -> ", path);
            if (path.Count > targets.Count + 1)
                return null;
        }

        return null;
    }
}
