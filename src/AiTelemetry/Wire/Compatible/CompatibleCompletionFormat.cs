using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Compatible;

/// <summary>Completions as hosts compatible with OpenAI speak them, with every spelling they are known to use.</summary>
internal class CompatibleCompletionFormat : OpenAiCompletionFormat
{
    public CompatibleCompletionFormat()
        : this([])
    {
    }

    protected CompatibleCompletionFormat(params ReadOnlySpan<(string Path, WireField Field)> more)
        : base([.. CompatiblePlaces.Usage("usage."), .. CompatiblePlaces.Errors, ("object", WireField.EventType), .. more])
    {
    }

    public override bool Speaks(string provider) => provider is not ("openai" or "azure");

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("error"u8) ? EventMeaning.Failed : EventMeaning.None;
}
