namespace AiTelemetry;

/// <summary>The kinds of tokens, as in <see cref="TokenUsage"/>: input and output are wholes, the others parts of them.</summary>
public enum TokenKind
{
    /// <summary>Every prompt token.</summary>
    Input,

    /// <summary>Every generated token.</summary>
    Output,

    /// <summary>Prompt tokens read from the provider's cache.</summary>
    CacheRead,

    /// <summary>Prompt tokens written to the cache for the default time.</summary>
    CacheWrite,

    /// <summary>Prompt tokens written to the cache for one hour.</summary>
    CacheWrite1h,

    /// <summary>Generated tokens spent on reasoning.</summary>
    Reasoning,

    /// <summary>Prompt tokens that are audio.</summary>
    AudioInput,

    /// <summary>Generated tokens that are audio.</summary>
    AudioOutput,

    /// <summary>Prompt tokens that are images.</summary>
    ImageInput,

    /// <summary>Generated tokens that are images.</summary>
    ImageOutput,

    /// <summary>Cached prompt tokens that are audio.</summary>
    CacheReadAudio,

    /// <summary>Cached prompt tokens that are images.</summary>
    CacheReadImage,
}
