using System.Globalization;
using System.Net.Http.Headers;

namespace AiTelemetry.Calls;

/// <summary>Reads how providers write a wait: seconds, milliseconds, a Go duration (<c>6m0s</c>, <c>12ms</c>), an HTTP date, an RFC 3339 date, epoch seconds or milliseconds.</summary>
internal static class WaitText
{
    /// <summary>A reset further away than this is not believed.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>The wait that <c>retry-after-ms</c> or <c>retry-after</c> asks for (RFC 9110, 10.2.3); null where there is none.</summary>
    public static TimeSpan? AskedBy(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var all = headers.NonValidated;
        if (all.TryGetValues("retry-after-ms", out var milliseconds) && TryNumber(milliseconds.ToString(), out var ms))
            return Bounded(TimeSpan.FromMilliseconds(ms));
        if (!all.TryGetValues("retry-after", out var after))
            return null;
        var text = after.ToString();
        if (TryNumber(text, out var seconds))
            return Bounded(TimeSpan.FromSeconds(seconds));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Bounded(date - now) : null;
    }

    /// <summary>When a limit is whole again.</summary>
    public static bool TryReadReset(string text, DateTimeOffset now, out DateTimeOffset at)
    {
        at = default;
        if (TryNumber(text, out var number))
        {
            // A plain number is a time where it is of this age, else seconds to wait.
            at = number switch
            {
                > 1e14 => default,
                > 1e11 => DateTimeOffset.FromUnixTimeMilliseconds((long)number),
                > 1e9 => DateTimeOffset.FromUnixTimeMilliseconds((long)(number * 1000)),
                _ when number <= Longest.TotalSeconds => now + TimeSpan.FromSeconds(number),
                _ => default,
            };
            return at != default && at - now <= Longest;
        }
        if (TryDuration(text, out var wait))
        {
            at = now + wait;
            return true;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at) && at - now <= Longest;
    }

    /// <summary>Go's <c>time.Duration</c> text: numbers with the units h, m, s, ms, us, µs, ns, one after another.</summary>
    static bool TryDuration(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.IsEmpty)
            return false;
        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[digits..];
            var letters = text.IndexOfAny("0123456789.");
            var unit = letters < 0 ? text : text[..letters];
            text = text[unit.Length..];
            var factor = unit switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "us" or "µs" => 1e-6,
                "ns" => 1e-9,
                _ => double.NaN,
            };
            seconds += number * factor;
        }
        if (!(seconds <= Longest.TotalSeconds))
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && number >= 0;

    static TimeSpan? Bounded(TimeSpan wait) => wait >= TimeSpan.Zero && wait <= Longest ? wait : null;
}
