using System.Globalization;
using System.Net.Http.Headers;

namespace AiTelemetry.Calls;

/// <summary>
/// Reads how providers write a wait: seconds, milliseconds, a Go duration (<c>6m0s</c>, <c>12ms</c>), an HTTP date, an RFC 3339 date, epoch seconds or milliseconds.
/// Whatever else a header holds is refused; nothing here throws.
/// </summary>
internal static class WaitText
{
    /// <summary>A wait longer than this is not believed.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>The forms of RFC 9110, 5.6.7: today's, RFC 850's and asctime's.</summary>
    static readonly string[] HttpDates = ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>The wait that <c>retry-after-ms</c> or <c>retry-after</c> asks for (RFC 9110, 10.2.3); null where there is none.</summary>
    public static TimeSpan? AskedBy(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var all = headers.NonValidated;
        if (all.TryGetValues("retry-after-ms", out var milliseconds) && TryNumber(milliseconds.ToString(), out var ms) && ms <= Longest.TotalMilliseconds)
            return TimeSpan.FromMilliseconds(ms);
        if (!all.TryGetValues("retry-after", out var after))
            return null;
        var text = after.ToString().AsSpan().Trim();
        if (TryNumber(text, out var seconds))
            return seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        if (TryDuration(text, out var wait))
            return wait;
        if (!TryDate(text, out var date) || date - now > Longest)
            return null;
        return date > now ? date - now : TimeSpan.Zero;
    }

    /// <summary>When a limit is whole again.</summary>
    /// <param name="text">What the header says.</param>
    /// <param name="now">When it arrived: waits count from there.</param>
    /// <param name="at">The time.</param>
    /// <param name="plain">The number, where the header is a plain one that is no time; it was taken for seconds.</param>
    public static bool TryReadReset(ReadOnlySpan<char> text, DateTimeOffset now, out DateTimeOffset at, out double? plain)
    {
        (at, plain) = (default, null);
        text = text.Trim();
        if (TryNumber(text, out var number))
        {
            if (number <= Longest.TotalSeconds)
            {
                at = now + TimeSpan.FromSeconds(number);
                plain = number;
                return true;
            }
            // A number of this age is a time: seconds or milliseconds since 1970. What lies between is neither.
            if (number is < 1e9 or > 1e14)
                return false;
            at = DateTimeOffset.FromUnixTimeMilliseconds((long)(number > 1e11 ? number : number * 1000));
            return at - now <= Longest;
        }
        if (TryDuration(text, out var wait))
        {
            at = now + wait;
            return true;
        }
        return TryDate(text, out at) && at - now <= Longest;
    }

    /// <summary>A plain decimal number from 0. Not <c>-1</c>, which some write for "no limit", nor <c>NaN</c>, <c>Infinity</c>, <c>1e9</c> or <c>1,000</c>.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        number = 0;
        return !text.IsEmpty && text.IndexOfAnyExcept("0123456789.") < 0
            && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    /// <summary>Go's <c>time.Duration</c> text: numbers with the units h, m, s, ms, us, µs, ns, one after another; and d, which Go has not.</summary>
    static bool TryDuration(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.IsEmpty)
            return false;
        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !TryNumber(text[..digits], out var number))
                return false;
            text = text[digits..];
            var letters = text.IndexOfAny("0123456789.");
            var unit = letters < 0 ? text : text[..letters];
            text = text[unit.Length..];
            var factor = unit switch
            {
                "d" => 86400,
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "us" or "\u00b5s" or "\u03bcs" or "\u00c2\u00b5s" => 1e-6, // headers come as Latin-1: two characters for the one that Go writes
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

    static bool TryDate(ReadOnlySpan<char> text, out DateTimeOffset date) =>
        TryRfc3339(text, out date)
        || DateTimeOffset.TryParseExact(text, HttpDates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out date);

    /// <summary><c>2026-05-06T07:08:09.123456789Z</c>, or with an offset; one without any is taken for UTC. Go writes nine decimals, which .NET does not read.</summary>
    static bool TryRfc3339(ReadOnlySpan<char> text, out DateTimeOffset date)
    {
        date = default;
        if (text.Length < 19 || text[10] is not ('T' or 't' or ' ')
            || !DateTime.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || !TimeOnly.TryParseExact(text[11..19], "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return false;
        var fraction = 0.0;
        text = text[19..];
        if (text is ['.', ..])
        {
            var end = text[1..].IndexOfAnyExceptInRange('0', '9');
            var digits = end < 0 ? text : text[..(end + 1)];
            if (digits.Length < 2 || !TryNumber(digits, out fraction))
                return false;
            text = text[digits.Length..];
        }
        var offset = TimeSpan.Zero;
        if (text is not ([] or "Z" or "z")
            && (text[0] is not ('+' or '-') || !TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out offset)))
            return false;
        if (text is ['-', ..])
            offset = -offset;
        if (day.Year is < 1971 or > 9990 || offset.Duration() > TimeSpan.FromHours(14))
            return false;
        date = new DateTimeOffset(DateTime.SpecifyKind(day + time.ToTimeSpan() + TimeSpan.FromSeconds(fraction) - offset, DateTimeKind.Utc));
        return true;
    }
}
