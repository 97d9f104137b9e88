namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI transcriptions and translations of sound: JSON, plain text or subtitles, or events.</summary>
/// <param name="name">The last part of the path: <c>transcriptions</c> or <c>translations</c>.</param>
/// <remarks>
/// <see href="https://platform.openai.com/docs/api-reference/audio/createTranscription"/>. Requests are forms with the file in them. Usage is tokens, or the
/// seconds heard (<c>whisper-1</c>); the details are spelled <c>input_token_details</c> here. Text says nothing of usage.
/// </remarks>
internal sealed class OpenAiTranscriptionFormat(string name) : WireFormat
{
    readonly string _end = "/audio/" + name;

    public override string Operation => "transcription";

    public override string DefaultProvider => "openai";

    public override string Endpoint { get; } = "audio/" + name;

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("temperature", WireField.RequestTemperature));

    public override JsonPaths ResponsePaths { get; } = new(
        ("model", WireField.ResponseModel),
        ("type", WireField.EventType),
        ("delta", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.input_tokens", WireField.Input),
        ("usage.output_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.input_token_details.audio_tokens", WireField.AudioInput),
        ("usage.input_tokens_details.audio_tokens", WireField.AudioInput),
        ("usage.input_token_details.cached_tokens", WireField.CacheRead),
        ("usage.input_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.seconds", WireField.AudioSeconds),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override bool HasForeignAnswers => true;

    public override string[] Marks => [_end];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith(_end, StringComparison.Ordinal);

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => OpenAiPaths.IsUnmistakable(path, _end);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("transcript.text.done"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("error"u8) ? EventMeaning.Failing
        : EventMeaning.None;

    public override bool TotalIsSum(string provider) => provider is "openai" or "azure";
}
