using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.AlephAlpha;

/// <summary>Aleph Alpha's completions.</summary>
/// <remarks>
/// <see href="https://docs.aleph-alpha.com/api/complete/"/>. A stream sends <c>stream_chunk</c> events, one <c>stream_summary</c> per completion, and
/// one <c>completion_summary</c> with the counts.
/// </remarks>
internal sealed class AlephAlphaCompleteFormat : WireFormat
{
    public override string Operation => "text_completion";

    public override string DefaultProvider => "alephalpha";

    public override string Endpoint => "complete";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("maximum_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. CompatiblePlaces.Errors,
        ("id", WireField.ResponseId),
        ("type", WireField.EventType),
        ("completions[]", WireField.Choice),
        ("completions[].finish_reason", WireField.FinishReason),
        ("index", WireField.ChoiceIndex),
        ("completion", WireField.Content),
        ("finish_reason", WireField.FinishReason),
        ("num_tokens_prompt_total", WireField.Input),
        ("num_tokens_generated", WireField.Output),
        ("error", WireField.Error),
    ]);

    public override bool Speaks(string provider) => provider == "alephalpha";

    public override string[] Marks => ["/complete"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/complete", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("completion_summary"u8) ? EventMeaning.Terminal : EventMeaning.None;
}
