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

    /// <summary>Says by <c>true</c>, or by an object, that this document is the last one.</summary>
    Done,

    /// <summary>The speed that served the call where it is priced apart (Anthropic <c>usage.speed</c>).</summary>
    Speed,

    /// <summary>The region that served the call where it is priced apart (Anthropic <c>usage.inference_geo</c>).</summary>
    Geo,

    /// <summary>How much context a search gave, where its price depends on it (Perplexity <c>usage.search_context_size</c>).</summary>
    SearchContext,

    /// <summary>Something generated: a non-empty string, or an object or array that starts.</summary>
    Content,

    // The items of an answer, such as what the provider's own tools did: in a list, or alone in an event.
    ItemList,
    ListedItem,
    EventItem,
    ItemType,
    ItemStatus,
    ItemAction,

    // Errors.
    Error,
    ErrorType,
    ErrorCode,

    /// <summary>An error's code at the top, where answers that are no errors have something else: taken from errors only.</summary>
    EventErrorCode,

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

    // Usage by modality, as a list of {modality, tokenCount} (Gemini), or by lifetime, {ttl, inputTokens} (Bedrock).
    Modality,
    InputOfModality,
    OutputOfModality,

    // Counts given in parts, one for each of several inputs or results: added up.
    InputPart,
    OutputPart,

    // What is used beside tokens. Where the name is in the singular, each one that begins counts.
    WebSearch,
    WebSearches,
    FileSearch,
    Image,
    Queries,
    Pages,
    AnnotatedPages,
    AudioSeconds,
    VideoSeconds,

    /// <summary>What the provider says the call cost, in USD.</summary>
    ReportedCost,

    /// <summary>What a gateway says the provider behind it charged, in USD.</summary>
    UpstreamCost,

    /// <summary>What the provider says the call cost, in 1e-10 USD (xAI).</summary>
    ReportedCostTicks,

    /// <summary>Says by <c>true</c> that the provider behind a gateway charged the app itself, beside <see cref="ReportedCost"/>.</summary>
    IsByok,

    /// <summary>A page that is cited: the call searched the web, and where no searches are counted, once.</summary>
    Citation,

    // Of the lists by modality or lifetime above.

    /// <summary>An entry of such a list, whose members may stand in any order.</summary>
    Part,
    CacheReadOfModality,
    CacheWriteOfLifetime,

    /// <summary>Searches by the kind of tool that ran them (Gemini interactions).</summary>
    SearchesOfKind,

    /// <summary>A list of searches that replaces the one before it, as the chunks of a stream repeat it; each in it is a <see cref="WebSearch"/>.</summary>
    SearchList,

    // Counts beside the answer (headers, metrics of the gateway), which hold where the answer itself says nothing.
    FallbackInput,
    FallbackOutput,
    FallbackCacheRead,
    FallbackCacheWrite,

    // Tokens that are charged where that is not what the model saw (Cohere).
    BilledInput,
    BilledOutput,

    /// <summary>Images, as a count.</summary>
    Images,

    /// <summary>An error's type with a name space in front and an address behind it (AWS): <c>ns#Type:http://...</c>.</summary>
    QualifiedErrorType,

    // Calls that the provider made on its own within this one (Anthropic usage.iterations). The order is that of InnerCalls.
    InnerCalls,
    InnerCall,
    InnerType,
    InnerModel,
    InnerInput,
    InnerOutput,
    InnerCacheRead,
    InnerCacheWrite,
    InnerCacheWrite5m,
    InnerCacheWrite1h,
}
