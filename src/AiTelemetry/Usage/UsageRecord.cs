namespace AiTelemetry;

/// <summary>One call that ended: what was asked of whom, what it used and cost, how it went. Holds no prompt and no output.</summary>
public sealed record UsageRecord
{
    /// <summary>The record's own id: a UUID of version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the call began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The provider's short name: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>, ... or <c>other</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The operation in the words of the semantic conventions: <c>chat</c>, <c>generate_content</c>, ...</summary>
    public required string Operation { get; init; }

    /// <summary>The model that was asked for, exactly as it was written; null where the request could not be read.</summary>
    public string? RequestModel { get; init; }

    /// <summary>The deployment that the address names at Azure, which need not be named like its model; null elsewhere.</summary>
    public string? Deployment { get; init; }

    /// <summary>The model that answered, exactly as the response names it; null where it names none.</summary>
    public string? ResponseModel { get; init; }

    /// <summary>The provider's id of the response.</summary>
    public string? ResponseId { get; init; }

    /// <summary>Whether the answer was streamed.</summary>
    public bool IsStream { get; init; }

    /// <summary>How it ended: <c>success</c>, <c>error</c>, <c>timeout</c>, <c>rate_limited</c> or <c>cancelled</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The kind of error, as on <c>llm_provider_errors_total</c>; null for success.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The provider's own word for the error.</summary>
    public string? ProviderErrorType { get; init; }

    /// <summary>The provider's own code for the error.</summary>
    public string? ProviderErrorCode { get; init; }

    /// <summary>The HTTP status; null where there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The tokens.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>What was used beside tokens, or in their place: searches, images, seconds of audio, ...</summary>
    public UsageUnits Units { get; init; }

    /// <summary>How far <see cref="Usage"/> is known.</summary>
    public UsageStatus UsageStatus { get; init; }

    /// <summary>What was wrong with the counts the provider reported.</summary>
    public UsageAnomalies UsageAnomalies { get; init; }

    /// <summary>The cost, with how far it can be trusted.</summary>
    public CostResult Cost { get; init; }

    /// <summary>Why the choices ended, in choice order and in the provider's words.</summary>
    public IReadOnlyList<string> FinishReasons { get; init; } = [];

    /// <summary>The tier that the response says served it.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Which attempt of the same call this was, from 1, where it can be told.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>From the start to the end of the answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>From the start to the first piece of content; null where the answer was not streamed or had none.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>The rate limits of requests and tokens that the headers of the answer told, all of them; none where it told none.</summary>
    public IReadOnlyList<RateLimit> RateLimits { get; init; } = [];

    /// <summary>The wait that the answer asked for in <c>retry-after-ms</c> or <c>retry-after</c>; null where it asked for none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The id of the trace, 32 hexadecimal digits; null where the call has no span.</summary>
    public string? TraceId { get; init; }

    /// <summary>The dimensions of the app: <c>user</c>, <c>team</c>, <c>feature</c>, <c>session</c>.</summary>
    public IReadOnlyDictionary<string, string> Dimensions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
