using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Groq;

/// <summary>Groq chat completions.</summary>
/// <remarks>
/// <see href="https://console.groq.com/docs/api-reference#chat-create"/>. The last chunk of a stream has its usage in <c>x_groq</c>, asked for or not.
/// A tool call that the model got wrong is an <c>error</c> inside a stream of status 200.
/// </remarks>
internal sealed class GroqChatFormat() : CompatibleChatFormat(
    ("x_groq.usage", WireField.Usage),
    ("x_groq.usage.prompt_tokens", WireField.Input),
    ("x_groq.usage.completion_tokens", WireField.Output),
    ("x_groq.usage.total_tokens", WireField.Total),
    ("x_groq.usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
    ("x_groq.usage.completion_tokens_details.reasoning_tokens", WireField.Reasoning),
    ("x_groq.error", WireField.Error))
{
    public override string DefaultProvider => "groq";

    public override bool Speaks(string provider) => provider == "groq";
}
