using System.Globalization;

namespace AiTelemetry.Conformance;

/// <summary>Compares the rate limits in the record and on the gauges with what the recorded headers mean. A reset may be off by a second.</summary>
internal static class RateLimitRules
{
    public static IEnumerable<Mismatch> Compare(RecordedLimits expected, UsageRecord record, IReadOnlyList<(string Metric, string Kind, double Value)> gauges)
    {
        foreach (var (kind, scope) in expected.Limits)
        {
            var field = $"rate_limit {kind}{(scope.Length > 0 ? " a " : "")}{scope}";
            var got = record.RateLimits.Where(limit => limit.Kind == kind && (limit.Scope ?? "") == scope).ToList();
            if (got.Count > 1)
                yield return new Mismatch(field, "once", $"{got.Count} times");
            var limit = got.FirstOrDefault();
            if (expected.Figure(kind, scope, "limit") != limit?.Limit)
                yield return new Mismatch($"{field}, limit", Show(expected.Figure(kind, scope, "limit")), Show(limit?.Limit));
            if (expected.Figure(kind, scope, "remaining") != limit?.Remaining)
                yield return new Mismatch($"{field}, remaining", Show(expected.Figure(kind, scope, "remaining")), Show(limit?.Remaining));
            var reset = limit?.ResetsAt is { } at ? (at - expected.Now).TotalSeconds : (double?)null;
            if (!IsNear(expected.Reset(kind, scope), reset))
                yield return new Mismatch($"{field}, reset", Show(expected.Reset(kind, scope)), Show(reset));
        }
        foreach (var limit in record.RateLimits)
        {
            if (expected.Unknown.Count == 0 && !expected.Limits.Contains((limit.Kind, limit.Scope ?? "")))
                yield return new Mismatch($"rate_limit {limit.Kind} {limit.Scope}", null, limit.ToString());
        }
        foreach (var kind in expected.Kinds)
        {
            var scope = expected.ShownScope(kind);
            foreach (var part in (string[])["limit", "remaining"])
            {
                var shown = Gauge($"llm_provider_rate_limit_{part}", kind);
                if (expected.Figure(kind, scope, part) != shown)
                    yield return new Mismatch($"gauge {part} of {kind}", Show(expected.Figure(kind, scope, part)), Show(shown));
            }
            var wait = expected.Reset(kind, scope) is { } seconds ? Math.Max(0, seconds) : (double?)null;
            if (!IsNear(wait, Gauge("llm_provider_rate_limit_reset_seconds", kind)))
                yield return new Mismatch($"gauge reset of {kind}", Show(wait), Show(Gauge("llm_provider_rate_limit_reset_seconds", kind)));
        }
        if (!IsNear(expected.RetryAfter, record.RetryAfter?.TotalSeconds))
            yield return new Mismatch("retry_after", Show(expected.RetryAfter), Show(record.RetryAfter?.TotalSeconds));

        double? Gauge(string metric, string kind) => gauges.Where(gauge => gauge.Metric == metric && gauge.Kind == kind).Select(gauge => (double?)gauge.Value).SingleOrDefault();
    }

    static bool IsNear(double? expected, double? got) => expected is null ? got is null : got is { } known && Math.Abs(known - expected.Value) <= 1;

    static string? Show(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);
}
