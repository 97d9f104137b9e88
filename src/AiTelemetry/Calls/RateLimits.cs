using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using AiTelemetry.Catalog;

namespace AiTelemetry.Calls;

/// <summary>The providers' rate limits as their headers last told them; read by the gauges when somebody collects.</summary>
/// <remarks>
/// Bounded, and a figure that no call refreshed for <see cref="StaleAfter"/> is not shown any more. It is shown beyond its reset: OpenAI's resets are
/// milliseconds away, and what was left when somebody last asked is what there is to know.
/// </remarks>
internal sealed class RateLimits(TimeProvider time)
{
    public static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(5);

    const int MaxEntries = 2000;

    static readonly (string Name, LimitKind Kind, LimitPart Part)[] Headers =
    [
        ("x-ratelimit-limit-requests", LimitKind.Requests, LimitPart.Limit),
        ("x-ratelimit-remaining-requests", LimitKind.Requests, LimitPart.Remaining),
        ("x-ratelimit-reset-requests", LimitKind.Requests, LimitPart.Reset),
        ("x-ratelimit-limit-tokens", LimitKind.Tokens, LimitPart.Limit),
        ("x-ratelimit-remaining-tokens", LimitKind.Tokens, LimitPart.Remaining),
        ("x-ratelimit-reset-tokens", LimitKind.Tokens, LimitPart.Reset),
        ("anthropic-ratelimit-requests-limit", LimitKind.Requests, LimitPart.Limit),
        ("anthropic-ratelimit-requests-remaining", LimitKind.Requests, LimitPart.Remaining),
        ("anthropic-ratelimit-requests-reset", LimitKind.Requests, LimitPart.Reset),
        ("anthropic-ratelimit-tokens-limit", LimitKind.Tokens, LimitPart.Limit),
        ("anthropic-ratelimit-tokens-remaining", LimitKind.Tokens, LimitPart.Remaining),
        ("anthropic-ratelimit-tokens-reset", LimitKind.Tokens, LimitPart.Reset),
        ("anthropic-ratelimit-input-tokens-limit", LimitKind.InputTokens, LimitPart.Limit),
        ("anthropic-ratelimit-input-tokens-remaining", LimitKind.InputTokens, LimitPart.Remaining),
        ("anthropic-ratelimit-input-tokens-reset", LimitKind.InputTokens, LimitPart.Reset),
        ("anthropic-ratelimit-output-tokens-limit", LimitKind.OutputTokens, LimitPart.Limit),
        ("anthropic-ratelimit-output-tokens-remaining", LimitKind.OutputTokens, LimitPart.Remaining),
        ("anthropic-ratelimit-output-tokens-reset", LimitKind.OutputTokens, LimitPart.Reset),
    ];

    readonly ConcurrentDictionary<(string Provider, string Model, LimitKind Kind), Entry> _entries = new();

    /// <summary>Takes over what the headers of a response say.</summary>
    public void Take(HttpResponseHeaders headers, string provider, string model)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var header in Headers)
            {
                if (name.Equals(header.Name, StringComparison.OrdinalIgnoreCase))
                    Take((provider, model, header.Kind), header.Part, values.ToString());
            }
        }
    }

    public IEnumerable<Measurement<double>> Limits() => Read(entry => entry.Limit);

    public IEnumerable<Measurement<double>> Remaining() => Read(entry => entry.Remaining);

    public IEnumerable<Measurement<double>> Resets()
    {
        var now = time.GetUtcNow();
        return Read(entry => entry.ResetAt is { } at ? Math.Max(0, (at - now).TotalSeconds) : null);
    }

    void Take((string Provider, string Model, LimitKind Kind) key, LimitPart part, string value)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= MaxEntries)
                return;
            entry = _entries.GetOrAdd(key, static key => new Entry(key.Provider, key.Model, key.Kind));
        }
        var now = time.GetUtcNow();
        lock (entry)
        {
            if (part == LimitPart.Reset)
                entry.ResetAt = WaitText.TryReadReset(value, now, out var at) ? at : entry.ResetAt;
            else if (double.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number))
                entry.Set(part, number);
            else
                return;
            entry.TakenAt = now;
        }
    }

    List<Measurement<double>> Read(Func<Entry, double?> figure)
    {
        var now = time.GetUtcNow();
        var measurements = new List<Measurement<double>>();
        foreach (var (key, entry) in _entries)
        {
            lock (entry)
            {
                if (now - entry.TakenAt > StaleAfter)
                    _entries.TryRemove(key, out _);
                else if (figure(entry) is { } value)
                    measurements.Add(new Measurement<double>(value, entry.Tags));
            }
        }
        return measurements;
    }

    internal enum LimitKind
    {
        Requests,
        Tokens,
        InputTokens,
        OutputTokens,
    }

    enum LimitPart
    {
        Limit,
        Remaining,
        Reset,
    }

    sealed class Entry(string provider, string model, LimitKind kind)
    {
        static readonly string[] Names = ["requests", "tokens", "input_tokens", "output_tokens"];

        public KeyValuePair<string, object?>[] Tags { get; } =
            [new(TagKeys.Provider, provider), new(TagKeys.Model, model), new(TagKeys.Kind, Names[(int)kind])];

        public double? Limit { get; private set; }

        public double? Remaining { get; private set; }

        public DateTimeOffset? ResetAt { get; set; }

        public DateTimeOffset TakenAt { get; set; }

        public void Set(LimitPart part, double value)
        {
            if (part == LimitPart.Limit)
                Limit = value;
            else
                Remaining = value;
        }
    }
}
