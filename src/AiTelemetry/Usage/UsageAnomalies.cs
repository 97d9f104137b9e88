namespace AiTelemetry;

/// <summary>What was wrong with the counts a provider reported for a call. Counts that contradict each other are kept as they came.</summary>
[Flags]
public enum UsageAnomalies
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A count was negative, fractional, a text or too large. It was refused, and is unknown.</summary>
    RefusedCount = 1,

    /// <summary>More was read from and written to the cache than the whole prompt has.</summary>
    CacheOverInput = 2,

    /// <summary>There was more reasoning than output.</summary>
    ReasoningOverOutput = 4,

    /// <summary>Audio and images are more than the input or the output they are part of.</summary>
    MediaOverWhole = 8,

    /// <summary>The total is not the sum of input and output, at a provider that gives the sum.</summary>
    TotalDiffers = 16,
}
