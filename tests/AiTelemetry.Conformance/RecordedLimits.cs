using System.Globalization;
using System.Text.RegularExpressions;

namespace AiTelemetry.Conformance;

/// <summary>
/// What the recorded rate-limit headers of one exchange mean, read here from a table of names and on the forms of values, without anything of the library: what it
/// makes of the same headers is compared with this.
/// </summary>
internal sealed partial class RecordedLimits
{
    /// <summary>Which of several limits of one kind the gauges are to show: the one without a window, the minute's, then from short to long.</summary>
    static readonly string[] Windows = ["", "minute", "second", "10-second", "hour", "day", "month"];

    static readonly Dictionary<string, (string Kind, string Scope, string Part)> Names = Table();

    readonly Dictionary<(string Kind, string Scope), Dictionary<string, double>> _figures = [];

    /// <param name="headers">The headers; the first of a name counts.</param>
    /// <param name="now">When they arrived.</param>
    public RecordedLimits(IReadOnlyList<(string Name, string Value)> headers, DateTimeOffset now)
    {
        Now = now;
        foreach (var isUpstreams in (bool[])[false, true]) // what a proxy passes on counts where it says nothing itself
        {
            foreach (var (sent, value) in headers)
            {
                var name = sent.ToLowerInvariant();
                if (name.StartsWith("llm_provider-", StringComparison.Ordinal) != isUpstreams)
                    continue;
                if (Names.TryGetValue(isUpstreams ? name["llm_provider-".Length..] : name, out var meaning))
                    Take(meaning, value.Trim());
                else if (name.Contains("ratelimit", StringComparison.Ordinal) && LimitWord().IsMatch(name))
                    Unknown.Add(name);
            }
        }
        Retry(headers);
    }

    public DateTimeOffset Now { get; }

    /// <summary>Headers that look like limits and are not in the table: nothing is expected of them.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>The wait that is asked for, in seconds.</summary>
    public double? RetryAfter { get; private set; }

    public IEnumerable<(string Kind, string Scope)> Limits => _figures.Where(limit => limit.Value.Keys.Any(part => part != "period")).Select(limit => limit.Key);

    public IEnumerable<string> Kinds => Limits.Select(limit => limit.Kind).Distinct();

    public string ShownScope(string kind) =>
        Limits.Where(limit => limit.Kind == kind).Select(limit => limit.Scope).MinBy(scope => Array.IndexOf(Windows, scope) is var at and >= 0 ? at : int.MaxValue)!;

    /// <summary>A limit, or what remains of it.</summary>
    public double? Figure(string kind, string scope, string part) =>
        _figures.TryGetValue((kind, scope), out var parts) && parts.TryGetValue(part, out var value) ? value : null;

    /// <summary>Seconds until the limit is whole again; negative for a time that is over.</summary>
    public double? Reset(string kind, string scope)
    {
        if (Figure(kind, scope, "reset") is { } seconds)
            return seconds;
        if (Figure(kind, scope, "plain reset") is not { } number)
            return null;
        if (Figure(kind, scope, "period") is not { } period)
            return number;
        // Azure tells no unit. It refills evenly: what was used comes back in its share of the period.
        var refill = Figure(kind, scope, "limit") is { } limit and > 0 && Figure(kind, scope, "remaining") is { } left ? (limit - left) / limit * period : double.NaN;
        return number > period || (number > 0 && refill > 0 && Math.Abs((number / 1000) - refill) < 0.0011) ? number / 1000 : number;
    }

    void Take((string Kind, string Scope, string Part) meaning, string text)
    {
        var parts = _figures.GetValueOrDefault((meaning.Kind, meaning.Scope)) ?? (_figures[(meaning.Kind, meaning.Scope)] = []);
        if (meaning.Part != "reset")
        {
            if (Number().IsMatch(text))
                parts.TryAdd(meaning.Part, double.Parse(text, CultureInfo.InvariantCulture));
            return;
        }
        if (parts.ContainsKey("reset") || parts.ContainsKey("plain reset"))
            return;
        if (Number().IsMatch(text))
        {
            var number = double.Parse(text, CultureInfo.InvariantCulture);
            if (number >= 1_000_000_000_000)
                parts["reset"] = (number / 1000) - Epoch(Now);
            else if (number >= 1_000_000_000)
                parts["reset"] = number - Epoch(Now);
            else
                parts["plain reset"] = number;
        }
        else if (Duration().Match(text) is { Success: true } duration)
        {
            parts["reset"] = duration.Groups["part"].Captures.Sum(part => Seconds(part.Value));
        }
        else if (Date().IsMatch(text))
        {
            parts["reset"] = Epoch(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)) - Epoch(Now);
        }
    }

    void Retry(IReadOnlyList<(string Name, string Value)> headers)
    {
        foreach (var (name, divisor) in ((string, double)[])[("retry-after-ms", 1000), ("retry-after", 1)])
        {
            var text = headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.Trim() ?? "";
            if (RetryAfter is null && Number().IsMatch(text))
                RetryAfter = double.Parse(text, CultureInfo.InvariantCulture) / divisor;
        }
    }

    static double Epoch(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    static double Seconds(string part)
    {
        var digits = part.TrimEnd("dhmsunµ".ToCharArray());
        var number = double.Parse(digits, CultureInfo.InvariantCulture);
        return part[digits.Length..] switch
        {
            "d" => number * 86400,
            "h" => number * 3600,
            "m" => number * 60,
            "ms" => number / 1e3,
            "us" or "µs" => number / 1e6,
            "ns" => number / 1e9,
            _ => number,
        };
    }

    static Dictionary<string, (string, string, string)> Table()
    {
        var names = new Dictionary<string, (string, string, string)>(StringComparer.Ordinal)
        {
            ["x-ratelimit-renewalperiod-requests"] = ("requests", "", "period"),
            ["x-ratelimit-renewalperiod-tokens"] = ("tokens", "", "period"),
            ["x-trial-endpoint-call-limit"] = ("requests", "minute", "limit"),
            ["x-trial-endpoint-call-remaining"] = ("requests", "minute", "remaining"),
            ["x-endpoint-monthly-call-limit"] = ("requests", "month", "limit"),
        };
        foreach (var part in (string[])["limit", "remaining", "reset"])
        {
            names[$"x-ratelimit-{part}"] = names[$"ratelimit-{part}"] = names[$"x-ratelimit-{part}-requests"] = ("requests", "", part);
            names[$"x-ratelimit-{part}-tokens"] = names[$"ratelimitbysize-{part}"] = names[$"x-tokenlimit-{part}"] = ("tokens", "", part);
            names[$"x-ratelimit-{part}-tokens_usage_based"] = ("tokens", "usage_based", part);
            foreach (var (word, kind) in ((string, string)[])[("requests", "requests"), ("tokens", "tokens"), ("input-tokens", "input_tokens"), ("output-tokens", "output_tokens")])
                names[$"anthropic-ratelimit-{word}-{part}"] = (kind, "", part);
            foreach (var window in Windows[1..])
            {
                names[$"x-ratelimit-{part}-{window}"] = names[$"x-ratelimit-{part}-req-{window}"] = names[$"x-ratelimit-{part}-requests-{window}"] = ("requests", window, part);
                names[$"x-ratelimit-{part}-tokens-{window}"] = names[$"x-ratelimitbysize-{part}-{window}"] = ("tokens", window, part);
            }
        }
        return names;
    }

    [GeneratedRegex(@"^\d+(\.\d+)?$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?<part>\d+(\.\d+)?(d|h|ms|us|µs|ns|m|s))+$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Duration();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Date();

    [GeneratedRegex("-(limit|remaining|reset)(-|$)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex LimitWord();
}
