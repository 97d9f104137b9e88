namespace AiTelemetry;

/// <summary>One row of an answer.</summary>
public sealed class UsageRow
{
    readonly IReadOnlyList<UsageMeasure> _measures;
    readonly UsageTotals _totals;

    internal UsageRow(DateTimeOffset from, DateTimeOffset to, string?[] group, UsageTotals totals, IReadOnlyList<UsageMeasure> measures)
    {
        From = from;
        To = to;
        Group = group;
        _totals = totals;
        _measures = measures;
    }

    /// <summary>The first moment of the row: of its bucket, or of the range where that begins later.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The first moment no longer in the row.</summary>
    public DateTimeOffset To { get; }

    /// <summary>The values of <see cref="UsageQuery.GroupBy"/>, in that order; null where the calls have none.</summary>
    public IReadOnlyList<string?> Group { get; }

    /// <summary>A measure of the row's calls; null where it is not known or has no meaning (a mean of no calls).</summary>
    /// <param name="measure">One of the measures that were asked for.</param>
    /// <exception cref="ArgumentException">It was not asked for.</exception>
    public decimal? this[UsageMeasure measure] =>
        _measures.Contains(measure) ? Value(measure) : throw new ArgumentException($"{measure} was not asked for in UsageQuery.Measures.", nameof(measure));

    /// <summary>Everything but percentiles that were not asked for.</summary>
    public UsageTotals Totals => _totals;

    decimal? Value(UsageMeasure measure) => measure switch
    {
        UsageMeasure.Calls => _totals.Calls,
        UsageMeasure.FailedCalls => _totals.FailedCalls,
        UsageMeasure.FailureRate => Share(_totals.FailedCalls, _totals.Calls),
        UsageMeasure.CallsPerMinute => _totals.Calls / Minutes,
        UsageMeasure.InputTokens => _totals.Tokens(TokenKind.Input),
        UsageMeasure.OutputTokens => _totals.Tokens(TokenKind.Output),
        UsageMeasure.TotalTokens => Total,
        UsageMeasure.CacheReadTokens => _totals.Tokens(TokenKind.CacheRead),
        UsageMeasure.CacheWriteTokens => Sum(_totals.Tokens(TokenKind.CacheWrite), _totals.Tokens(TokenKind.CacheWrite1h)),
        UsageMeasure.ReasoningTokens => _totals.Tokens(TokenKind.Reasoning),
        UsageMeasure.TokensPerMinute => Total / Minutes,
        UsageMeasure.CostUsd => _totals.CostUsd,
        UsageMeasure.UnpricedCalls => _totals.UnpricedCalls,
        UsageMeasure.CacheSavingsUsd => _totals.CacheSavingsUsd,
        UsageMeasure.CostPerCallUsd => Share(_totals.CostUsd, _totals.PricedCalls),
        UsageMeasure.CostPer1KTokensUsd => Share(_totals.CostUsd * 1000, Total),
        UsageMeasure.CostPerMinuteUsd => _totals.CostUsd / Minutes,
        UsageMeasure.MeanSeconds => Share(Seconds(_totals.Duration), _totals.Calls),
        UsageMeasure.P50Seconds => Seconds(_totals.DurationPercentile(50)),
        UsageMeasure.P95Seconds => Seconds(_totals.DurationPercentile(95)),
        UsageMeasure.P99Seconds => Seconds(_totals.DurationPercentile(99)),
        UsageMeasure.FirstTokenP50Seconds => Seconds(_totals.TimeToFirstTokenPercentile(50)),
        UsageMeasure.FirstTokenP95Seconds => Seconds(_totals.TimeToFirstTokenPercentile(95)),
        _ => Seconds(_totals.TimeToFirstTokenPercentile(99)),
    };

    decimal? Total => Sum(_totals.Tokens(TokenKind.Input), _totals.Tokens(TokenKind.Output));

    decimal Minutes => (decimal)(To - From).Ticks / TimeSpan.TicksPerMinute;

    static decimal? Sum(long? one, long? other) => one is null && other is null ? null : (one ?? 0) + (other ?? 0);

    static decimal? Share(decimal? part, decimal? whole) => whole is null or 0 ? null : part / whole;

    static decimal? Seconds(TimeSpan? time) => (decimal?)time?.Ticks / TimeSpan.TicksPerSecond;
}
