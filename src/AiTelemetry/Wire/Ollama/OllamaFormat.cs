namespace AiTelemetry.Wire.Ollama;

/// <summary>Ollama's own API: an answer is a stream of documents, one a line, unless the request says otherwise.</summary>
/// <remarks>
/// <see href="https://github.com/ollama/ollama/blob/main/docs/api.md"/>. The last document says <c>done</c> and has the counts; older versions leave the
/// prompt's out where it was cached. An error may come in the middle of a stream with the status 200. Its durations, in nanoseconds, are the server's own
/// and stay unread: a call is timed where it is made.
/// </remarks>
internal abstract class OllamaFormat : WireFormat
{
    public override string DefaultProvider => "ollama";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("messages[]", WireField.RequestMessage),
        ("options.num_predict", WireField.RequestMaxTokens),
        ("options.temperature", WireField.RequestTemperature),
        ("options.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("model", WireField.ResponseModel),
        ("message.content", WireField.Content),
        ("message.thinking", WireField.Content),
        ("message.tool_calls[]", WireField.Content),
        ("response", WireField.Content),
        ("thinking", WireField.Content),
        ("done", WireField.Done),
        ("done_reason", WireField.FinishReason),
        ("prompt_eval_count", WireField.Input),
        ("eval_count", WireField.Output),
        ("error", WireField.Error));
}
