namespace AiTelemetry.Testing;

/// <summary>One scripted answer, said once for all wire formats: the request decides the format and whether it streams.</summary>
/// <remarks>
/// <para>Token counts are totals, as in <see cref="TokenUsage"/>: <see cref="InputTokens"/> includes the cached ones, <see cref="OutputTokens"/> the reasoning.
/// On the wire each provider gets its own split: Anthropic's <c>input_tokens</c> is what is left after the cached ones, Gemini's <c>candidatesTokenCount</c>
/// what is left after the thoughts. What was sent stands in <see cref="FakeCall.Usage"/>.</para>
/// <para>A reply is immutable; make variants with <c>reply with { … }</c>. What cannot be (a part larger than its total, a negative number) is refused
/// with an <see cref="ArgumentException"/> when the reply is given to the provider.</para>
/// </remarks>
public sealed record FakeReply
{
    /// <summary>The answer's text.</summary>
    /// <value>The default is <see langword="null"/>: no text if there are <see cref="ToolCalls"/>, else a sentence, or <see cref="Chunks"/> words.</value>
    public string? Text { get; init; }

    /// <summary>The tools the model asks for, after its text.</summary>
    public IReadOnlyList<FakeToolCall> ToolCalls { get; init; } = [];

    /// <summary>The visible reasoning before the text: a thinking block at Anthropic, a thought part at Gemini, a summary in OpenAI Responses.</summary>
    /// <remarks>Chat completions show none.</remarks>
    public string? Thinking { get; init; }

    /// <summary>The model the answer names, for instance <c>gpt-4o-2024-08-06</c> where the request said <c>gpt-4o</c>.</summary>
    /// <value>By default the model of the request.</value>
    public string? Model { get; init; }

    /// <summary>The id of the answer.</summary>
    /// <value>By default a new one in the provider's own form.</value>
    public string? ResponseId { get; init; }

    /// <summary>Why the answer ended, in the provider's own words (<c>length</c>, <c>max_tokens</c>, <c>MAX_TOKENS</c>; in Responses the reason of an incomplete answer).</summary>
    /// <value>By default the word for a complete answer, or for a tool call.</value>
    public string? FinishReason { get; init; }

    /// <summary>Every prompt token, cached ones included.</summary>
    /// <value>By default a quarter of the characters of the request's body, and at least the cached ones.</value>
    public long? InputTokens { get; init; }

    /// <summary>Every generated token, reasoning included.</summary>
    /// <value>By default a quarter of the characters of the answer, and at least the reasoning.</value>
    public long? OutputTokens { get; init; }

    /// <summary>The part of the input read from the cache.</summary>
    public long? CachedTokens { get; init; }

    /// <summary>The part of the input written to the cache (at Anthropic for five minutes). Gemini does not report it.</summary>
    public long? CacheWriteTokens { get; init; }

    /// <summary>The part of the input written to the cache for one hour. Only Anthropic reports it, only there it is sent.</summary>
    public long? CacheWrite1hTokens { get; init; }

    /// <summary>The part of the output spent on reasoning.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>Whether the answer carries usage.</summary>
    /// <value>By default what the provider does: always, but in an OpenAI chat stream only where the request asked with <c>stream_options.include_usage</c>.</value>
    public bool? IncludeUsage { get; init; }

    /// <summary>The HTTP status. From 400 on the answer is the provider's error body.</summary>
    /// <value>The default is 200. 529 is Anthropic's own status for overloaded; the others send 503 for it.</value>
    public int Status { get; init; } = 200;

    /// <summary>The type in the error body: <c>error.type</c>, at Gemini <c>error.status</c>.</summary>
    /// <value>By default the provider's own for that status.</value>
    public string? ErrorType { get; init; }

    /// <summary>The <c>error.code</c> of OpenAI; the others have none.</summary>
    /// <value>By default OpenAI's own for that status.</value>
    public string? ErrorCode { get; init; }

    /// <summary>The message in the error body.</summary>
    /// <value>By default a sentence like the provider's own.</value>
    public string? ErrorMessage { get; init; }

    /// <summary>How long the client shall wait: <c>retry-after</c> (whole seconds, rounded up), at OpenAI also <c>retry-after-ms</c>, at Gemini in the body.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>In how many pieces a stream sends the text, at most one per character.</summary>
    /// <value>By default one piece per word.</value>
    public int? Chunks { get; init; }

    /// <summary>The time between the request and the headers of the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The time before each event with content in a stream, and before the body of a plain answer.</summary>
    public TimeSpan DelayPerChunk { get; init; }

    /// <summary>The most bytes per write and flush. The network may join writes again, but the client can meet every split.</summary>
    /// <value>By default one event of a stream, or a whole plain body, is one write.</value>
    public int? SplitEvery { get; init; }

    /// <summary>The content encoding: <c>gzip</c>, <c>br</c> or <c>deflate</c>, sent whether or not the client accepts it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether a plain answer is sent without Content-Length.</summary>
    /// <value>By default answers are, errors are not, as the providers do. Streams and encoded bodies never have a Content-Length.</value>
    public bool? Chunked { get; init; }

    /// <summary>What goes wrong.</summary>
    public FakeFault Fault { get; init; }

    /// <summary>How many events with content are sent before the <see cref="Fault"/>; 0 is before the first one. A plain body is cut in its middle.</summary>
    /// <value>By default half of them.</value>
    public int? FaultAfter { get; init; }

    /// <summary>Headers to add to the provider's own, or to put in their place. An empty value takes a header away.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    internal ReadOnlyMemory<byte>? Body { get; init; }

    internal string? ContentType { get; init; }

    /// <summary>An error as the provider itself would send it.</summary>
    /// <param name="status">The HTTP status, 400 to 599.</param>
    /// <param name="type">See <see cref="ErrorType"/>.</param>
    /// <param name="message">See <see cref="ErrorMessage"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is not an error.</exception>
    public static FakeReply Error(int status, string? type = null, string? message = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return new() { Status = status, ErrorType = type, ErrorMessage = message };
    }

    /// <summary>Status 429 with the provider's own headers and error body: nothing remains, and the limit is reset after <paramref name="retryAfter"/>.</summary>
    /// <param name="retryAfter">See <see cref="RetryAfter"/>; by default one second.</param>
    public static FakeReply RateLimited(TimeSpan? retryAfter = null) => Error(429) with { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(1) };

    /// <summary>The provider has too much to do: 529 at Anthropic, 503 at the others.</summary>
    public static FakeReply Overloaded() => Error(529);

    /// <summary>A body of your own, for any path: malformed, huge, recorded. It is sent as it is, whether or not the request asks for a stream.</summary>
    /// <param name="body">The bytes of the body.</param>
    /// <param name="contentType">The content type.</param>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    public static FakeReply Raw(ReadOnlyMemory<byte> body, string contentType = "application/json", int status = 200) =>
        new() { Body = body, ContentType = contentType, Status = status };

    /// <summary>A body of your own in UTF-8; see the other overload.</summary>
    /// <param name="body">The text of the body.</param>
    /// <param name="contentType">The content type.</param>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    public static FakeReply Raw(string body, string contentType = "application/json", int status = 200) =>
        Raw(System.Text.Encoding.UTF8.GetBytes(body), contentType, status);

    internal void Validate(string parameter)
    {
        ThrowIf(Status is < 200 or > 599, $"Status is {Status}, but must be 200 to 599.");
        ThrowIf(Chunks < 1 || SplitEvery < 1, "Chunks and SplitEvery must be at least 1.");
        ThrowIf(Status >= 400 && Fault == FakeFault.ErrorInsideStream, "An error inside a stream needs a Status below 400.");
        ThrowIf(FaultAfter < 0, "FaultAfter must not be negative.");
        ThrowIf(Delay < TimeSpan.Zero || DelayPerChunk < TimeSpan.Zero || RetryAfter < TimeSpan.Zero, "A delay must not be negative.");
        ThrowIf(Encoding is not (null or "gzip" or "br" or "deflate"), $"Encoding is '{Encoding}', but must be gzip, br or deflate.");
        long?[] counts = [InputTokens, OutputTokens, CachedTokens, CacheWriteTokens, CacheWrite1hTokens, ReasoningTokens];
        ThrowIf(Array.Exists(counts, count => count < 0), "A token count must not be negative.");
        var cacheParts = (CachedTokens ?? 0) + (CacheWriteTokens ?? 0) + (CacheWrite1hTokens ?? 0);
        ThrowIf(InputTokens < cacheParts, "InputTokens is the total: it must not be less than its cached and cache-written parts.");
        ThrowIf(OutputTokens < ReasoningTokens, "OutputTokens is the total: it must not be less than ReasoningTokens.");

        void ThrowIf(bool condition, string message)
        {
            if (condition)
                throw new ArgumentException(message, parameter);
        }
    }
}
