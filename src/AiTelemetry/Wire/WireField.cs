namespace AiTelemetry.Wire;

/// <summary>What a place in a provider's JSON means. A format's <see cref="JsonPaths"/> ties places to these.</summary>
internal enum WireField : byte
{
    /// <summary>On the way to something, itself of no interest.</summary>
    None,

    // What the request asks for.
    RequestModel,
    RequestStream,
    RequestMessage,
    RequestMaxTokens,
    RequestTemperature,
    RequestTopP,

    // What the response says of itself.
    ResponseModel,
    ResponseId,
    EventType,
    FinishReason,
    ChoiceIndex,
    Choice,
    ServiceTier,
    BlockReason,

    /// <summary>Something generated: a non-empty string, or an object or array that starts.</summary>
    Content,

    // Errors.
    Error,
    ErrorType,
    ErrorCode,

    // Usage. The order is that of UsageCounts.
    Usage,
    Input,
    Output,
    Total,
    CacheRead,
    CacheWrite,
    CacheWrite5m,
    CacheWrite1h,
    Reasoning,
    AudioInput,
    AudioOutput,
    ImageInput,
    ImageOutput,
    ToolUseInput,

    // Usage by modality, as a list of {modality, tokenCount} (Gemini).
    Modality,
    InputOfModality,
    OutputOfModality,
}
