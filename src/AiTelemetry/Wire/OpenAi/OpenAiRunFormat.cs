namespace AiTelemetry.Wire.OpenAi;

/// <summary>Runs of OpenAI's Assistants, plain and streaming.</summary>
/// <remarks>
/// <see href="https://platform.openai.com/docs/api-reference/runs"/>. A run is always made in the background: starting it and handing in what its
/// tools said answer with a run that is <c>queued</c>, without usage; a stream, or fetching the run later, shows it complete, with the usage of
/// all of it. A stream also tells of steps (with usages that are part of the run's) and messages (with a status of their own): only what is said of
/// the run counts. Starting a run is an agent's work in the words of the semantic conventions.
/// </remarks>
internal sealed class OpenAiRunFormat : WireFormat
{
    public override string Operation => "invoke_agent";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "threads/runs";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("additional_messages[]", WireField.RequestMessage),
        ("thread.messages[]", WireField.RequestMessage),
        ("max_completion_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("status", WireField.FinishReason),
        ("delta", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_token_details.cached_tokens", WireField.CacheRead),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.completion_tokens_details.reasoning_tokens", WireField.Reasoning),
        ("last_error", WireField.Error),
        ("last_error.code", WireField.ErrorCode),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override bool KeepsAnswers => true;

    public override bool CountsAtFirstSight => true;

    public override string[] Marks => ["/threads/"];

    /// <summary>To start one, on a thread or with a new one, and to hand in what tools said. Not to change or cancel one, which uses nothing and may show a usage that was counted.</summary>
    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.Contains("/threads/", StringComparison.Ordinal)
        && (path.EndsWith("/runs", StringComparison.Ordinal) || path.EndsWith("/submit_tool_outputs", StringComparison.Ordinal));

    public override bool IsFetch(ReadOnlySpan<char> path) => OpenAiPaths.IsItem(path, "/runs") && path.Contains("/threads/", StringComparison.Ordinal);

    /// <summary>Other products have threads and runs too.</summary>
    public override bool Speaks(string provider) => provider is "openai" or "azure" or ProviderHosts.Unnamed;

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => path.Contains("/v1/threads/", StringComparison.Ordinal) || path.Contains("/openai/", StringComparison.Ordinal);

    public override bool IsFinal(ReadOnlySpan<byte> finishReason) =>
        !(finishReason.SequenceEqual("queued"u8) || finishReason.SequenceEqual("in_progress"u8)
            || finishReason.SequenceEqual("requires_action"u8) || finishReason.SequenceEqual("cancelling"u8));

    public override bool IsOwn(ReadOnlySpan<byte> id) => id.StartsWith("run_"u8);

    public override bool TotalIsSum(string provider) => true;
}
