namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI speech: sound, which says nothing of usage, or events of which the last does.</summary>
/// <remarks><see href="https://platform.openai.com/docs/api-reference/audio/createSpeech"/>. What is generated is sound, all of it.</remarks>
internal sealed class OpenAiSpeechFormat : WireFormat
{
    public override string Operation => "speech";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "audio/speech";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream));

    public override JsonPaths ResponsePaths { get; } = new(
        ("type", WireField.EventType),
        ("audio", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.input_tokens", WireField.Input),
        ("usage.output_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override bool HasForeignAnswers => true;

    public override string[] Marks => ["/audio/speech"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/audio/speech", StringComparison.Ordinal);

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => OpenAiPaths.IsUnmistakable(path, "/audio/speech");

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("speech.audio.done"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failing
        : EventMeaning.None;

    public override bool TotalIsSum(string provider) => provider is "openai" or "azure";

    public override void Normalize(ref UsageCounts usage)
    {
        if (usage.Has(WireField.Output))
            usage[WireField.AudioOutput] = usage[WireField.Output];
    }
}
