namespace AiTelemetry.Pricing;

/// <summary>The tiers of service that have prices of their own.</summary>
internal enum ServiceTier
{
    Standard,
    Batch,
    Flex,
    Priority,
    Fast,

    /// <summary>A tier without listed prices anywhere, such as OpenAI's <c>scale</c>.</summary>
    Other,
}
