using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Mistral;

/// <summary>Mistral's transcriptions, plain and streaming: counted as its chat, with the seconds heard.</summary>
/// <remarks><see href="https://docs.mistral.ai/api/#tag/audio.transcriptions"/>. The last event is <c>transcription.done</c> and has the usage.</remarks>
internal sealed class MistralTranscriptionFormat : WireFormat
{
    public override string Operation => "transcription";

    public override string DefaultProvider => "mistral";

    public override string Endpoint => "audio/transcriptions";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("temperature", WireField.RequestTemperature));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. CompatiblePlaces.Usage("usage."),
        .. CompatiblePlaces.Errors,
        ("type", WireField.EventType),
        ("object", WireField.EventType),
        ("model", WireField.ResponseModel),
        ("text", WireField.Content),
        ("finish_reason", WireField.FinishReason),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.prompt_audio_seconds", WireField.AudioSeconds),
        ("error", WireField.Error),
    ]);

    public override bool Speaks(string provider) => provider == "mistral";

    public override string[] Marks => ["/audio/transcriptions"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/audio/transcriptions", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("transcription.done"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failed
        : EventMeaning.None;

    public override void Normalize(ref UsageCounts usage) => MistralUsage.AddAudio(ref usage);
}
