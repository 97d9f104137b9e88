using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Cloudflare;

/// <summary>Cloudflare Workers AI by its own path, which names the model: <c>/ai/run/@cf/OWNER/NAME</c>.</summary>
/// <remarks>
/// <see href="https://developers.cloudflare.com/workers-ai/"/>. A whole answer is wrapped in <c>result</c>, the events of a stream are not. Models of
/// other tasks answer with images or sound, and without usage.
/// </remarks>
internal sealed class WorkersAiFormat : WireFormat
{
    const string Before = "/ai/run/";

    public override string Operation => "chat";

    public override string DefaultProvider => "cloudflare";

    public override string Endpoint => "ai/run";

    public override bool HasForeignAnswers => true;

    public override JsonPaths RequestPaths { get; } = new(
        ("stream", WireField.RequestStream),
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. Answer(""),
        .. Answer("result."),
        ("response", WireField.Content),
        ("errors[]", WireField.Error),
        ("errors[].code", WireField.ErrorCode),
        ("error", WireField.Error),
    ]);

    public override string[] Marks => [Before];

    public override bool IsCall(ReadOnlySpan<char> path) => path.Contains(Before, StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => path[(path.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..];

    static (string, WireField)[] Answer(string at) =>
    [
        (at + "id", WireField.ResponseId),
        (at + "model", WireField.ResponseModel),
        (at + "choices[]", WireField.Choice), // newer models answer as chat completions do
        (at + "choices[].index", WireField.ChoiceIndex),
        (at + "choices[].finish_reason", WireField.FinishReason),
        (at + "choices[].delta.content", WireField.Content),
        (at + "usage", WireField.Usage),
        (at + "usage.prompt_tokens", WireField.Input),
        (at + "usage.completion_tokens", WireField.Output),
        (at + "usage.total_tokens", WireField.Total),
        .. CompatiblePlaces.Usage(at + "usage."),
    ];
}
