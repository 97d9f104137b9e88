namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI chat completions, plain and streaming, and every host that speaks them.</summary>
/// <remarks>
/// <see href="https://platform.openai.com/docs/api-reference/chat"/>. The last chunk of a stream has the usage and an empty <c>choices</c>; the
/// chunks before it say <c>"usage":null</c>. Input includes cached tokens, output includes reasoning. Models that search the web do so once a call. A provider that deviates derives a dialect
/// in its own folder, with the places that only it has.
/// </remarks>
internal class OpenAiChatFormat : WireFormat
{
    public OpenAiChatFormat()
        : this([])
    {
    }

    /// <param name="more">Places that only the dialect of a provider has; one that is given anew takes the new meaning.</param>
    protected OpenAiChatFormat(params ReadOnlySpan<(string Path, WireField Field)> more) => ResponsePaths = new([.. Places, .. more]);

    public override string Operation => "chat";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "chat/completions";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("max_completion_tokens", WireField.RequestMaxTokens),
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
        ("choices[].message.annotations[]", WireField.Citation),
        ("choices[].delta.annotations[]", WireField.Citation),
        ("choices[].delta.content", WireField.Content),
        ("choices[].delta.reasoning_content", WireField.Content),
        ("choices[].delta.reasoning", WireField.Content),
        ("choices[].delta.refusal", WireField.Content),
        ("choices[].delta.tool_calls[]", WireField.Content),
        ("choices[].delta.function_call", WireField.Content),
        ("choices[].delta.audio", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.prompt_tokens_details.cache_write_tokens", WireField.CacheWrite),
        ("usage.prompt_tokens_details.audio_tokens", WireField.AudioInput),
        ("usage.prompt_tokens_details.image_tokens", WireField.ImageInput),
        ("usage.completion_tokens_details.reasoning_tokens", WireField.Reasoning),
        ("usage.completion_tokens_details.audio_tokens", WireField.AudioOutput),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ];

    public override string[] Marks => ["/chat/completions"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/chat/completions", StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    /// <summary>Hosts that only resemble OpenAI leave reasoning or sound out of the parts, and not out of the total.</summary>
    public override bool TotalIsSum(string provider) => provider is "openai" or "azure";
}
