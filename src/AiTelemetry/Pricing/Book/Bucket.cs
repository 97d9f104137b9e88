namespace AiTelemetry.Pricing;

/// <summary>The parts a call's tokens are split into: every token is in exactly one.</summary>
internal enum Bucket
{
    Text,
    AudioInput,
    ImageInput,
    CacheRead,
    CacheReadAudio,
    CacheReadImage,
    CacheWrite5m,
    CacheWrite1h,
    Output,
    Reasoning,
    AudioOutput,
    ImageOutput,
}
