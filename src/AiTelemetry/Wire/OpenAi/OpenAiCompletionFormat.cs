namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI completions as they were before chat, plain and streaming, and every host that speaks them.</summary>
/// <remarks><see href="https://platform.openai.com/docs/api-reference/completions"/>. As chat counts, with text in place of messages.</remarks>
internal class OpenAiCompletionFormat : WireFormat
{
    public OpenAiCompletionFormat()
        : this([])
    {
    }

    /// <param name="more">Places that only the dialect of a provider has.</param>
    protected OpenAiCompletionFormat(params ReadOnlySpan<(string Path, WireField Field)> more) => ResponsePaths = new([.. Places, .. more]);

    public override string Operation => "text_completion";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "completions";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; }

    static (string, WireField)[] Places =>
    [
        ("id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("service_tier", WireField.ServiceTier),
        ("choices[]", WireField.Choice),
        ("choices[].index", WireField.ChoiceIndex),
        ("choices[].finish_reason", WireField.FinishReason),
        ("choices[].text", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.completion_tokens_details.reasoning_tokens", WireField.Reasoning),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ];

    public override string[] Marks => ["/completions"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/completions", StringComparison.Ordinal) && !path.EndsWith("/chat/completions", StringComparison.Ordinal);

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => OpenAiPaths.IsUnmistakable(path, "/completions");

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    public override bool TotalIsSum(string provider) => provider is "openai" or "azure";
}
