namespace AiTelemetry.Wire.Bedrock;

/// <summary>Bedrock's own way of counting, which its Converse API and Amazon's models share.</summary>
internal static class BedrockUsage
{
    /// <summary>The places of <see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html">TokenUsage</see>. Cache counts are
    /// spelled in two ways, often both. The total is left out: that there is one tells other counts from these (BedrockInvokeFormat).</summary>
    public static (string, WireField)[] Places(string at) =>
    [
        (at + "inputTokens", WireField.Input),
        (at + "outputTokens", WireField.Output),
        (at + "cacheReadInputTokens", WireField.CacheRead),
        (at + "cacheReadInputTokenCount", WireField.CacheRead),
        (at + "cacheWriteInputTokens", WireField.CacheWrite),
        (at + "cacheWriteInputTokenCount", WireField.CacheWrite),
    ];

    /// <summary>The writes by lifetime, which only Converse tells; one may stand in either order.</summary>
    public static (string, WireField)[] Lifetimes(string at) =>
    [
        (at + "cacheDetails[]", WireField.Part),
        (at + "cacheDetails[].ttl", WireField.Modality),
        (at + "cacheDetails[].inputTokens", WireField.CacheWriteOfLifetime),
    ];

    /// <summary>Adds what was read from and written to the cache, which stands beside the input.</summary>
    public static void AddCached(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.CacheWrite) && (usage.Has(WireField.CacheWrite5m) || usage.Has(WireField.CacheWrite1h)))
            usage[WireField.CacheWrite] = usage.OrZero(WireField.CacheWrite5m) + usage.OrZero(WireField.CacheWrite1h);
        usage.Add(WireField.Input, usage.OrZero(WireField.CacheRead));
        usage.Add(WireField.Input, usage.OrZero(WireField.CacheWrite));
    }
}
