namespace AiTelemetry.Pricing;

/// <summary>The token rates of a price, in USD per million; the order is the index into every rate array.</summary>
internal enum TokenRate
{
    Input,
    Output,
    CacheRead,
    CacheWrite5m,
    CacheWrite1h,
    Reasoning,
    InputAudio,
    OutputAudio,
    InputImage,
    OutputImage,
    CacheReadAudio,
}
