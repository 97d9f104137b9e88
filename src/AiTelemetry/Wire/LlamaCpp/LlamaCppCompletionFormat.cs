namespace AiTelemetry.Wire.LlamaCpp;

/// <summary>llama.cpp's server by its own paths, <c>/completion</c> and, without version, <c>/completions</c>.</summary>
/// <remarks>
/// <see href="https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md"/>. The last event says <c>stop</c> and has the counts.
/// <c>tokens_evaluated</c> is the whole prompt; <c>tokens_cached</c> is what the cache holds afterwards, not what was read from it.
/// </remarks>
internal sealed class LlamaCppCompletionFormat : WireFormat
{
    public override string Operation => "text_completion";

    public override string DefaultProvider => "llamacpp";

    public override string Endpoint => "completion";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("n_predict", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("model", WireField.ResponseModel),
        ("content", WireField.Content),
        ("stop", WireField.Done),
        ("stop_type", WireField.FinishReason),
        ("tokens_evaluated", WireField.Input),
        ("tokens_predicted", WireField.Output),
        ("timings.cache_n", WireField.CacheRead),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override bool Speaks(string provider) => provider == "llamacpp";

    public override string[] Marks => ["/completion", "/infill"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/completion", StringComparison.Ordinal) || path is "/completions" || path.EndsWith("/infill", StringComparison.Ordinal);

    /// <summary>While generating, the type says <c>none</c>.</summary>
    public override bool IsFinal(ReadOnlySpan<byte> finishReason) => !finishReason.SequenceEqual("none"u8);
}
