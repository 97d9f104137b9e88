using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Watsonx;

/// <summary>IBM watsonx.ai text generation, plain and streaming.</summary>
/// <remarks>
/// <see href="https://cloud.ibm.com/apidocs/watsonx-ai#text-generation"/>. Counts stand with each result. In a stream the input is counted once, by one
/// of the events, and the others say 0; the output is the count so far. A stream has no end marker.
/// </remarks>
internal sealed class WatsonxGenerationFormat : WireFormat
{
    public override string Operation => "text_completion";

    public override string DefaultProvider => "watsonx";

    public override string Endpoint => "text/generation";

    public override JsonPaths RequestPaths { get; } = new(
        ("model_id", WireField.RequestModel),
        ("parameters.max_new_tokens", WireField.RequestMaxTokens),
        ("parameters.temperature", WireField.RequestTemperature),
        ("parameters.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. CompatiblePlaces.Errors,
        ("model_id", WireField.ResponseModel),
        ("results[]", WireField.Choice),
        ("results[].generated_text", WireField.Content),
        ("results[].stop_reason", WireField.FinishReason),
        ("results[].input_token_count", WireField.InputPart),
        ("results[].generated_token_count", WireField.Output),
        ("errors[]", WireField.Error),
    ]);

    public override string[] Marks => ["/text/generation", "/generation/text"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/text/generation", StringComparison.Ordinal) || path.EndsWith("/generation/text", StringComparison.Ordinal) || IsStream(path);

    public override bool IsStream(ReadOnlySpan<char> path) =>
        path.EndsWith("/text/generation_stream", StringComparison.Ordinal) || path.EndsWith("/generation/text_stream", StringComparison.Ordinal);

    public override bool IsFinal(ReadOnlySpan<byte> finishReason) => !finishReason.SequenceEqual("not_finished"u8) && !finishReason.SequenceEqual("NOT_FINISHED"u8);
}
