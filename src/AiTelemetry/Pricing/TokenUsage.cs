namespace AiTelemetry;

/// <summary>The tokens of one call, as the provider reported them.</summary>
/// <remarks>
/// <see cref="Input"/> is the whole prompt and <see cref="Output"/> everything generated; the other counts are parts of one of the two.
/// <see langword="null"/> means the provider did not say, which is not zero. Counts are never negative.
/// </remarks>
public readonly record struct TokenUsage
{
    /// <summary>Every prompt token, cached, newly cached, audio and image tokens included.</summary>
    public long? Input { get; init; }

    /// <summary>Every generated token, reasoning and audio tokens included.</summary>
    public long? Output { get; init; }

    /// <summary>The part of <see cref="Input"/> read from the provider's prompt cache.</summary>
    public long? CacheRead { get; init; }

    /// <summary>
    /// The part of <see cref="Input"/> written to the cache for the default time (five minutes at Anthropic), or with no lifetime given.
    /// </summary>
    public long? CacheWrite { get; init; }

    /// <summary>The part of <see cref="Input"/> written to the cache for one hour (Anthropic's <c>ephemeral_1h_input_tokens</c>).</summary>
    public long? CacheWrite1h { get; init; }

    /// <summary>The part of <see cref="Output"/> spent on reasoning.</summary>
    public long? Reasoning { get; init; }

    /// <summary>The part of <see cref="Input"/> that is audio.</summary>
    public long? AudioInput { get; init; }

    /// <summary>The part of <see cref="Output"/> that is audio.</summary>
    public long? AudioOutput { get; init; }

    /// <summary>The part of <see cref="Input"/> that is images.</summary>
    public long? ImageInput { get; init; }

    /// <summary>The part of <see cref="Output"/> that is images.</summary>
    public long? ImageOutput { get; init; }

    /// <summary>
    /// The part of <see cref="CacheRead"/> that is also in <see cref="AudioInput"/>: cached audio has a price of its own.
    /// </summary>
    public long? CacheReadAudio { get; init; }

    /// <summary>The part of <see cref="CacheRead"/> that is also in <see cref="ImageInput"/>.</summary>
    public long? CacheReadImage { get; init; }
}
