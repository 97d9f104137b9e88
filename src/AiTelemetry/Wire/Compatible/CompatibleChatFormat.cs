using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Compatible;

/// <summary>Chat completions as the many hosts speak them that are compatible with OpenAI: the same shape, with every spelling they are known to use.</summary>
/// <remarks>
/// For hosts that nobody named, and the ground of the dialects of those that mean something of their own. OpenAI and Azure have none of this to
/// look for. A host may leave out <c>[DONE]</c>; its last finish reason ends the call then.
/// </remarks>
internal class CompatibleChatFormat : OpenAiChatFormat
{
    public CompatibleChatFormat()
        : this([])
    {
    }

    protected CompatibleChatFormat(params ReadOnlySpan<(string Path, WireField Field)> more)
        : base(
        [
            .. CompatiblePlaces.Usage("usage."),
            .. CompatiblePlaces.Errors,
            ("object", WireField.EventType),
            ("choices[].delta.thinking", WireField.Content), // beside content or reasoning at a few hosts of open models
            ("choices[].delta.reasoning_details[]", WireField.Content),
            ("choices[].delta.reasoning_text", WireField.Content),
            ("choices[].delta.images[]", WireField.Content),
            .. more,
        ])
    {
    }

    public override bool Speaks(string provider) => provider is not ("openai" or "azure");

    /// <summary>Mistral, and vLLM before 0.10, send an error inside a stream as an event whose <c>object</c> is <c>error</c>.</summary>
    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("error"u8) ? EventMeaning.Failed : EventMeaning.None;

    /// <summary>Takes reasoning for a part of the output, unless the total adds up only with it beside: then the model behind counts as xAI's do.</summary>
    public override void Normalize(ref UsageCounts usage)
    {
        if (usage.Has(WireField.Input) && usage.Has(WireField.Output) && usage.OrZero(WireField.Reasoning) > 0
            && usage[WireField.Total] == (long)usage[WireField.Input] + usage[WireField.Output] + usage[WireField.Reasoning])
            usage.Add(WireField.Output, usage[WireField.Reasoning]);
    }
}
