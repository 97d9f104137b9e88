using System.Net.Http.Headers;
using System.Text;

namespace AiTelemetry.Wire.HuggingFace;

/// <summary>Hugging Face's own way to run a model: text generation inference, and the paths of the serverless API that name the model and its task.</summary>
/// <remarks>
/// <see href="https://huggingface.github.io/text-generation-inference/"/>. Tokens are told where the request asked for details, by the last event of a
/// stream, and by headers. Answers of other tasks are arrays, sound or images, and say nothing of usage. An error is a text beside its type.
/// </remarks>
internal class TextGenerationFormat : WireFormat
{
    const string Models = "/models/";
    const string Pipeline = "/pipeline/";

    public override string Operation => "text_completion";

    public override string DefaultProvider => "huggingface";

    public override string Endpoint => "generate";

    public override bool HasForeignAnswers => true;

    public override bool HasListAnswers => true;

    public override JsonPaths RequestPaths { get; } = new(
        ("stream", WireField.RequestStream),
        ("parameters.max_new_tokens", WireField.RequestMaxTokens),
        ("parameters.temperature", WireField.RequestTemperature),
        ("parameters.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
        ("token.text", WireField.Content),
        ("details.finish_reason", WireField.FinishReason),
        ("details.generated_tokens", WireField.Output),
        ("details.input_length", WireField.Input),
        ("error", WireField.Error),
        ("error_type", WireField.ErrorType),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override bool Speaks(string provider) => provider is "huggingface" or "tgi";

    public override string[] Marks => ["/generate", Models, Pipeline];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path is "/" || path.EndsWith("/generate", StringComparison.Ordinal) || IsStream(path)
        || path.Contains(Models, StringComparison.Ordinal) || path.Contains(Pipeline, StringComparison.Ordinal);

    public override bool IsStream(ReadOnlySpan<char> path) => path.EndsWith("/generate_stream", StringComparison.Ordinal);

    /// <summary><c>/models/OWNER/NAME</c>, <c>/models/OWNER/NAME/pipeline/TASK</c> or <c>/pipeline/TASK/OWNER/NAME</c>.</summary>
    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path)
    {
        var models = path.IndexOf(Models, StringComparison.Ordinal);
        if (models >= 0)
        {
            path = path[(models + Models.Length)..];
            var task = path.IndexOf(Pipeline, StringComparison.Ordinal);
            return task < 0 ? path : path[..task];
        }
        var pipeline = path.IndexOf(Pipeline, StringComparison.Ordinal);
        if (pipeline < 0)
            return default;
        path = path[(pipeline + Pipeline.Length)..];
        return path[(path.IndexOf('/') + 1)..];
    }

    public override void ReadHeaders(HttpResponseHeaders headers, IJsonSink sink)
    {
        Tell(headers, "x-prompt-tokens", WireField.Input, sink);
        Tell(headers, "x-generated-tokens", WireField.Output, sink);
    }

    static void Tell(HttpResponseHeaders headers, string name, WireField field, IJsonSink sink)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values) || values.Count == 0 || values.ToString() is not { Length: > 0 and < 16 } text)
            return;
        Span<byte> digits = stackalloc byte[16];
        if (Encoding.ASCII.TryGetBytes(text, digits, out var length))
            sink.OnValue(field, JsonKind.Number, digits[..length], 0);
    }
}
