using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Writer;

/// <summary>Writer's chat completions stand under <c>/v1/chat</c>; a stream ends without <c>[DONE]</c>.</summary>
/// <remarks><see href="https://dev.writer.com/api-reference/completion-api/chat-completion"/>.</remarks>
internal sealed class WriterChatFormat : CompatibleChatFormat
{
    public override string DefaultProvider => "writer";

    public override string Endpoint => "chat";

    public override bool Speaks(string provider) => provider == "writer";

    public override string[] Marks => ["/v1/chat"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/chat", StringComparison.Ordinal);
}
