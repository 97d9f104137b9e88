using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Watsonx;

/// <summary>IBM watsonx.ai chat: the shape of chat completions under paths of its own, with <c>model_id</c> for the model.</summary>
/// <remarks><see href="https://cloud.ibm.com/apidocs/watsonx-ai#text-chat"/>.</remarks>
internal sealed class WatsonxChatFormat() : CompatibleChatFormat(("model_id", WireField.ResponseModel), ("errors[]", WireField.Error))
{
    public override string DefaultProvider => "watsonx";

    public override string Endpoint => "text/chat";

    public override JsonPaths RequestPaths { get; } = new(
        ("model_id", WireField.RequestModel),
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("max_completion_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override bool Speaks(string provider) => true;

    public override string[] Marks => ["/text/chat"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/text/chat", StringComparison.Ordinal) || IsStream(path);

    public override bool IsStream(ReadOnlySpan<char> path) => path.EndsWith("/text/chat_stream", StringComparison.Ordinal);
}
