using System.Globalization;
using System.Text;

namespace AiTelemetry.Usage;

/// <summary>
/// Rate limits as one short text, <c>requests=59/60@1779273015.6 tokens.minute=/150000@</c>: kind and scope, what is left of how much, and when it is whole
/// again in seconds since 1970; a figure that was not told is left out.
/// </summary>
internal static class RateLimitsText
{
    /// <summary>Headers that name more are not a provider's; the first are kept.</summary>
    const int Most = 32;

    /// <summary>The text; null where there are none.</summary>
    public static string? Of(IReadOnlyList<RateLimit> limits)
    {
        if (limits.Count == 0)
            return null;
        var text = new StringBuilder();
        for (var i = 0; i < Math.Min(limits.Count, Most); i++)
        {
            var limit = limits[i];
            text.Append(i == 0 ? "" : " ").Append(Escaped(limit.Kind));
            if (limit.Scope is { } scope)
                text.Append('.').Append(Escaped(scope));
            text.Append(CultureInfo.InvariantCulture, $"={limit.Remaining:R}/{limit.Limit:R}@{Seconds(limit.ResetsAt)}");
        }
        return text.ToString();
    }

    /// <summary>The limits of such a text; what it does not know it leaves out.</summary>
    public static IReadOnlyList<RateLimit> Read(string? text)
    {
        if (text is null)
            return [];
        var limits = new List<RateLimit>();
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, slash, at) = (part.IndexOf('=', StringComparison.Ordinal), part.LastIndexOf('/'), part.LastIndexOf('@'));
            if (name < 0 || slash < name || at < slash)
                continue;
            var dot = part.IndexOf('.', StringComparison.Ordinal);
            if (dot > name)
                dot = -1;
            limits.Add(new RateLimit
            {
                Kind = Uri.UnescapeDataString(part[..(dot < 0 ? name : dot)]),
                Scope = dot < 0 ? null : Uri.UnescapeDataString(part[(dot + 1)..name]),
                Remaining = Figure(part.AsSpan(name + 1, slash - name - 1)),
                Limit = Figure(part.AsSpan(slash + 1, at - slash - 1)),
                ResetsAt = Moment(part.AsSpan(at + 1)),
            });
        }
        return limits;
    }

    /// <summary>Nothing in it is a sign of this text, also the dot that <see cref="Uri"/> leaves as it is.</summary>
    static string Escaped(string name) => Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal);

    static decimal? Seconds(DateTimeOffset? at) => at is { } known ? (decimal)(known.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond : null;

    static double? Figure(ReadOnlySpan<char> text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var figure) ? figure : null;

    static DateTimeOffset? Moment(ReadOnlySpan<char> text)
    {
        if (!decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var seconds))
            return null;
        var ticks = decimal.Truncate(seconds * TimeSpan.TicksPerSecond) + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset((long)ticks, TimeSpan.Zero) : null;
    }
}
