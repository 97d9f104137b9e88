using System.Net.Http.Headers;
using AiTelemetry.Wire.Anthropic;

namespace AiTelemetry.Wire.Bedrock;

/// <summary>Bedrock InvokeModel and InvokeModelWithResponseStream: the request and answer of each model family, as its maker has them.</summary>
/// <remarks>
/// <see href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html"/>. The shapes do not contradict each other, so one tree reads them all,
/// also where the path has an ARN that tells no family. Where a body has no counts, Bedrock's own stand in headers or, of a stream, in the last
/// event's <c>amazon-bedrock-invocationMetrics</c>; they can differ from the model's, which win. Cached tokens stand beside the input,
/// except in the shape of OpenAI, the only one with a <c>total_tokens</c>.
/// </remarks>
internal class BedrockInvokeFormat : BedrockFormat
{
    const string Metrics = "amazon-bedrock-invocationMetrics";

    public override string Operation => "chat";

    public override string Endpoint => "invoke";

    public override JsonPaths RequestPaths { get; } = new(
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("max_completion_tokens", WireField.RequestMaxTokens),
        ("max_tokens_to_sample", WireField.RequestMaxTokens),
        ("max_gen_len", WireField.RequestMaxTokens),
        ("maxTokens", WireField.RequestMaxTokens),
        ("inferenceConfig.maxTokens", WireField.RequestMaxTokens),
        ("inferenceConfig.max_new_tokens", WireField.RequestMaxTokens),
        ("textGenerationConfig.maxTokenCount", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("inferenceConfig.temperature", WireField.RequestTemperature),
        ("textGenerationConfig.temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP),
        ("topP", WireField.RequestTopP),
        ("p", WireField.RequestTopP),
        ("inferenceConfig.topP", WireField.RequestTopP),
        ("textGenerationConfig.topP", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. AnthropicPlaces.All, // also Claude's text completion, which has its id, model and stop_reason at the same places
        ("completion", WireField.Content),

        // Nova.
        .. BedrockUsage.Places("usage."),
        ("stopReason", WireField.FinishReason),
        .. BedrockUsage.Places("metadata.usage."),
        ("messageStop.stopReason", WireField.FinishReason),
        ("contentBlockDelta.delta", WireField.Content),

        // Titan.
        ("inputTextTokenCount", WireField.Input),
        ("results[].tokenCount", WireField.OutputPart),
        ("results[].completionReason", WireField.FinishReason),
        ("totalOutputTextTokenCount", WireField.Output),
        ("completionReason", WireField.FinishReason),
        ("outputText", WireField.Content),

        // Llama: each event has the count so far.
        ("prompt_token_count", WireField.Input),
        ("generation_token_count", WireField.Output),
        ("generation", WireField.Content),

        // Mistral's text completion; DeepSeek's is in choices.
        ("outputs[]", WireField.Choice),
        ("outputs[].stop_reason", WireField.FinishReason),
        ("outputs[].text", WireField.Content),

        // Cohere: generate, chat.
        ("generations[]", WireField.Choice),
        ("generations[].finish_reason", WireField.FinishReason),
        ("finish_reason", WireField.FinishReason),
        ("generations[].text", WireField.Content),
        ("response_id", WireField.ResponseId),
        ("text", WireField.Content),

        // AI21's Jurassic.
        ("completions[]", WireField.Choice),
        ("completions[].finishReason.reason", WireField.FinishReason),

        // OpenAI's shape: gpt-oss, Jamba, Mistral, DeepSeek, Qwen and most others.
        ("choices[]", WireField.Choice),
        ("choices[].index", WireField.ChoiceIndex),
        ("choices[].finish_reason", WireField.FinishReason),
        ("choices[].stop_reason", WireField.FinishReason),
        ("choices[].text", WireField.Content),
        ("choices[].delta.content", WireField.Content),
        ("choices[].delta.reasoning_content", WireField.Content),
        ("choices[].delta.reasoning", WireField.Content),
        ("choices[].delta.tool_calls[]", WireField.Content),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.completion_tokens_details.reasoning_tokens", WireField.Reasoning),
        ("service_tier", WireField.ServiceTier),

        .. OfBedrock,
    ]);

    /// <summary>What Bedrock itself adds.</summary>
    protected static (string, WireField)[] OfBedrock =>
    [
        (Metrics, WireField.Done),
        (Metrics + ".inputTokenCount", WireField.FallbackInput),
        (Metrics + ".outputTokenCount", WireField.FallbackOutput),
        (Metrics + ".cacheReadInputTokenCount", WireField.FallbackCacheRead),
        (Metrics + ".cacheWriteInputTokenCount", WireField.FallbackCacheWrite),
        ("__type", WireField.QualifiedErrorType),
    ];

    protected override (string Plain, string Stream) Verbs => ("/invoke", "/invoke-with-response-stream");

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) => AnthropicPlaces.MeaningOf(eventType);

    public override void ReadHeaders(HttpResponseHeaders headers, IJsonSink sink)
    {
        base.ReadHeaders(headers, sink);
        Tell(headers, "X-Amzn-Bedrock-Input-Token-Count", WireField.FallbackInput, JsonKind.Number, sink);
        Tell(headers, "X-Amzn-Bedrock-Output-Token-Count", WireField.FallbackOutput, JsonKind.Number, sink);
        Tell(headers, "X-Amzn-Bedrock-Cache-Read-Input-Token-Count", WireField.FallbackCacheRead, JsonKind.Number, sink);
        Tell(headers, "X-Amzn-Bedrock-Cache-Write-Input-Token-Count", WireField.FallbackCacheWrite, JsonKind.Number, sink);
        Tell(headers, "X-Amzn-Bedrock-Service-Tier", WireField.ServiceTier, JsonKind.Text, sink);
        Tell(headers, "X-Amzn-Bedrock-PerformanceConfig-Latency", WireField.Speed, JsonKind.Text, sink);
    }

    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.Total))
            BedrockUsage.AddCached(ref usage);
    }
}
