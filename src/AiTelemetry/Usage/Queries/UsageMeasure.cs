namespace AiTelemetry;

/// <summary>What can be asked of a set of calls. Times are in seconds, money in USD.</summary>
public enum UsageMeasure
{
    /// <summary>How many calls.</summary>
    Calls,

    /// <summary>How many did not end in success.</summary>
    FailedCalls,

    /// <summary>The share that did not, from 0 to 1.</summary>
    FailureRate,

    /// <summary>Calls a minute of the bucket, or of the range.</summary>
    CallsPerMinute,

    /// <summary>Prompt tokens.</summary>
    InputTokens,

    /// <summary>Generated tokens.</summary>
    OutputTokens,

    /// <summary>Both together, where both or one is known.</summary>
    TotalTokens,

    /// <summary>Prompt tokens read from a cache.</summary>
    CacheReadTokens,

    /// <summary>Prompt tokens written to a cache, for whatever time.</summary>
    CacheWriteTokens,

    /// <summary>Generated tokens spent on reasoning.</summary>
    ReasoningTokens,

    /// <summary>Both directions' tokens a minute.</summary>
    TokensPerMinute,

    /// <summary>The known cost.</summary>
    CostUsd,

    /// <summary>Calls that used tokens and whose cost is not known.</summary>
    UnpricedCalls,

    /// <summary>What prompt caches saved.</summary>
    CacheSavingsUsd,

    /// <summary>The known cost for each call whose cost is known.</summary>
    CostPerCallUsd,

    /// <summary>The known cost for a thousand tokens of both directions, also those of calls whose cost is not known: too little where <see cref="UnpricedCalls"/> is not 0.</summary>
    CostPer1KTokensUsd,

    /// <summary>The known cost a minute.</summary>
    CostPerMinuteUsd,

    /// <summary>The mean duration.</summary>
    MeanSeconds,

    /// <summary>The median duration, to within 1 %.</summary>
    P50Seconds,

    /// <summary>The 95th percentile of durations, to within 1 %.</summary>
    P95Seconds,

    /// <summary>The 99th percentile of durations, to within 1 %.</summary>
    P99Seconds,

    /// <summary>The median time to first token, to within 1 %.</summary>
    FirstTokenP50Seconds,

    /// <summary>The 95th percentile of times to first token, to within 1 %.</summary>
    FirstTokenP95Seconds,

    /// <summary>The 99th percentile of times to first token, to within 1 %.</summary>
    FirstTokenP99Seconds,
}
