using System.Net.Http.Headers;

namespace AiTelemetry.Calls;

/// <summary>All that the headers of one answer say of rate limits. One per thread, used again for every answer: reading allocates nothing.</summary>
internal sealed class LimitReadings
{
    /// <summary>More limits than this are not looked at; the most that a provider was seen to tell is eight.</summary>
    const int Most = 16;

    [ThreadStatic]
    static LimitReadings? t_ofThread;

    readonly LimitReading[] _readings = new LimitReading[Most];
    int _count;

    public ReadOnlySpan<LimitReading> All => _readings.AsSpan(0, _count);

    /// <summary>Whether the headers of an answer tell of rate limits at all, or ask for a wait. Allocates nothing.</summary>
    public static bool AreIn(HttpResponseHeaders headers)
    {
        foreach (var (name, _) in headers.NonValidated)
        {
            if (LimitHeader.TryRead(name, out _) || IsStructured(name) || name.StartsWith("retry-after", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Reads the headers of an answer.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="arrived">When they arrived: waits count from there.</param>
    /// <returns>What they say, valid until the thread reads the next ones.</returns>
    public static LimitReadings Of(HttpResponseHeaders headers, DateTimeOffset arrived)
    {
        var readings = t_ofThread ??= new LimitReadings();
        readings._count = 0;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (LimitHeader.TryRead(name, out var header))
                readings.Take(header, values.ToString(), arrived);
            else if (IsStructured(name))
                readings.TakeStructured(values.ToString(), arrived);
        }
        for (var i = 0; i < readings._count; i++)
            readings._readings[i].Settle(arrived);
        return readings;
    }

    /// <summary>The same for a record, to keep.</summary>
    public IReadOnlyList<RateLimit> ToList()
    {
        List<RateLimit>? list = null;
        foreach (ref readonly var reading in All)
        {
            if (!reading.IsEmpty)
            {
                (list ??= []).Add(new RateLimit
                {
                    Kind = LimitHeader.KindName(reading.Kind),
                    Scope = LimitHeader.ScopeName(reading.Scope),
                    Limit = reading.Limit,
                    Remaining = reading.Remaining,
                    ResetsAt = reading.ResetsAt,
                });
            }
        }
        return list ?? (IReadOnlyList<RateLimit>)[];
    }

    static bool IsStructured(string name) =>
        name.Equals("ratelimit", StringComparison.OrdinalIgnoreCase) || name.Equals("ratelimit-policy", StringComparison.OrdinalIgnoreCase);

    void Take(in LimitHeader header, ReadOnlySpan<char> text, DateTimeOffset arrived)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_readings[i].Kind == header.Kind && _readings[i].Scope == header.Scope)
            {
                _readings[i].Take(header, text, arrived);
                return;
            }
        }
        if (_count == Most)
            return;
        _readings[_count] = new LimitReading(header.Kind, header.Scope);
        _readings[_count++].Take(header, text, arrived);
    }

    /// <summary>
    /// The fields of the coming standard (draft-ietf-httpapi-ratelimit-headers): <c>RateLimit: "api";r=499;t=123</c> or <c>limit=500, remaining=499, reset=123</c>, and
    /// <c>RateLimit-Policy: "api";q=500;w=300</c>. Of several policies the first counts.
    /// </summary>
    void TakeStructured(ReadOnlySpan<char> text, DateTimeOffset arrived)
    {
        Span<bool> seen = stackalloc bool[3];
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(';', ',');
            var pair = (end < 0 ? text : text[..end]).Trim();
            text = end < 0 ? default : text[(end + 1)..];
            var equals = pair.IndexOf('=');
            if (equals <= 0)
                continue;
            var part = pair[..equals] switch
            {
                "q" or "limit" => LimitPart.Limit,
                "r" or "remaining" => LimitPart.Remaining,
                "t" or "reset" => LimitPart.Reset,
                _ => LimitPart.Period,
            };
            if (part == LimitPart.Period || seen[(int)part])
                continue;
            seen[(int)part] = true;
            Take(new LimitHeader(LimitKind.Requests, LimitScope.None, part, IsUpstreams: false), pair[(equals + 1)..], arrived);
        }
    }
}
