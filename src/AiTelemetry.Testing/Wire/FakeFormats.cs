using AiTelemetry.Testing.Wire.Anthropic;
using AiTelemetry.Testing.Wire.Gemini;
using AiTelemetry.Testing.Wire.OpenAi;

namespace AiTelemetry.Testing.Wire;

/// <summary>All formats; the path says which one a request speaks, and where it says nothing, the endpoint says whose errors to send.</summary>
static class FakeFormats
{
    static readonly FakeFormat Chat = new OpenAiChatFormat();
    static readonly FakeFormat Anthropic = new AnthropicFormat();
    static readonly FakeFormat Gemini = new GeminiFormat();
    static readonly FakeFormat[] All = [Chat, new OpenAiResponsesFormat(), Anthropic, Gemini];

    public static FakeFormat? Match(string path) => Array.Find(All, format => format.Matches(path));

    public static FakeFormat ForErrors(string provider) => provider switch
    {
        "anthropic" => Anthropic,
        "gemini" => Gemini,
        _ => Chat,
    };
}
