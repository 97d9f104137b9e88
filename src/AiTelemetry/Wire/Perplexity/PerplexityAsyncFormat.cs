namespace AiTelemetry.Wire.Perplexity;

/// <summary>Perplexity's jobs: a request is wrapped, its answer is fetched later.</summary>
/// <remarks>
/// <see href="https://docs.perplexity.ai/api-reference/async-sonar-post"/>. A job is <c>CREATED</c>, then <c>IN_PROGRESS</c>, and without answer until it is <c>COMPLETED</c>
/// or <c>FAILED</c>.
/// </remarks>
internal sealed class PerplexityAsyncFormat : WireFormat
{
    public override string Operation => "chat";

    public override string DefaultProvider => "perplexity";

    public override string Endpoint => "async/sonar";

    public override JsonPaths RequestPaths { get; } = new(
        ("request.model", WireField.RequestModel),
        ("request.messages[]", WireField.RequestMessage),
        ("request.max_tokens", WireField.RequestMaxTokens),
        ("request.temperature", WireField.RequestTemperature),
        ("request.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("status", WireField.FinishReason),
        ("response.model", WireField.ResponseModel),
        ("response.usage", WireField.Usage),
        ("response.usage.prompt_tokens", WireField.Input),
        ("response.usage.completion_tokens", WireField.Output),
        ("response.usage.total_tokens", WireField.Total),
        ("response.usage.reasoning_tokens", WireField.Reasoning),
        ("response.usage.cost.total_cost", WireField.ReportedCost),
        ("response.usage.search_context_size", WireField.SearchContext),
        ("error_message", WireField.Error),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override bool KeepsAnswers => true;

    public override bool IsFetch(ReadOnlySpan<char> path) => OpenAi.OpenAiPaths.IsItem(path, "/async/sonar") || OpenAi.OpenAiPaths.IsItem(path, "/async/chat/completions");

    public override string[] Marks => ["/async/sonar", "/async/chat/completions"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/async/sonar", StringComparison.Ordinal) || path.EndsWith("/async/chat/completions", StringComparison.Ordinal);

    public override bool Speaks(string provider) => provider == "perplexity";

    public override bool IsFinal(ReadOnlySpan<byte> finishReason) => finishReason.SequenceEqual("COMPLETED"u8) || finishReason.SequenceEqual("FAILED"u8);
}
