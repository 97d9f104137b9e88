namespace AiTelemetry.Testing.Wire;

/// <summary>A request and its reply with every default filled in: what a format needs to write the answer.</summary>
sealed class FakeExchange
{
    const string DefaultText = "Hello from the fake provider.";

    readonly long _cacheParts;

    public FakeExchange(FakeRequest request, FakeReply reply, string responseId, DateTimeOffset now, int endlessChunks)
    {
        (Request, Reply, ResponseId, Now) = (request, reply, reply.ResponseId ?? responseId, now);
        Text = reply.Text ?? (reply.ToolCalls.Count > 0 ? null : reply.Chunks is { } words ? TextPieces.Words(words) : DefaultText);
        var pieces = Text is null ? [] : TextPieces.Split(Text, reply.Chunks);
        Pieces = reply.Fault == FakeFault.Endless ? TextPieces.Endless(endlessChunks) : pieces;
        FaultAfter = reply.FaultAfter ?? pieces.Count / 2;
        _cacheParts = (reply.CachedTokens ?? 0) + (reply.CacheWriteTokens ?? 0) + (reply.CacheWrite1hTokens ?? 0);
        Input = reply.InputTokens ?? Math.Max(TextPieces.Tokens(request.Body.Length), _cacheParts);
        Output = reply.OutputTokens ?? Math.Max(TextPieces.Tokens(AnswerLength()), reply.ReasoningTokens ?? 0);
    }

    public FakeRequest Request { get; }

    public FakeReply Reply { get; }

    public string ResponseId { get; }

    public DateTimeOffset Now { get; }

    public long Created => Now.ToUnixTimeSeconds();

    public string Model => Reply.Model ?? Request.Model ?? "fake-model";

    public string? Text { get; }

    /// <summary>The text as a stream sends it; without end (but bounded) for <see cref="FakeFault.Endless"/>.</summary>
    public IEnumerable<string> Pieces { get; }

    public bool HasText => Text is not null || Reply.Fault == FakeFault.Endless;

    /// <summary>How many parts with content come before the fault.</summary>
    public int FaultAfter { get; }

    public long Input { get; }

    /// <summary>The input that is neither read from the cache nor written to it.</summary>
    public long PlainInput => Input - _cacheParts;

    public long Output { get; }

    public long Cached => Reply.CachedTokens ?? 0;

    public long CacheWrite => Reply.CacheWriteTokens ?? 0;

    public long CacheWrite1h => Reply.CacheWrite1hTokens ?? 0;

    public long Reasoning => Reply.ReasoningTokens ?? 0;

    int AnswerLength() => (Text?.Length ?? 0) + (Reply.Thinking?.Length ?? 0) + Reply.ToolCalls.Sum(call => call.Name.Length + call.Arguments.Length);
}
