using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Moonshot;

/// <summary>Moonshot chat completions: the last chunk of a stream has its usage inside the choice.</summary>
/// <remarks><see href="https://platform.moonshot.ai/docs/api/chat"/>.</remarks>
internal sealed class MoonshotChatFormat() : CompatibleChatFormat(
    ("choices[].usage", WireField.Usage),
    ("choices[].usage.prompt_tokens", WireField.Input),
    ("choices[].usage.completion_tokens", WireField.Output),
    ("choices[].usage.total_tokens", WireField.Total),
    ("choices[].usage.cached_tokens", WireField.CacheRead))
{
    public override string DefaultProvider => "moonshot";

    public override bool Speaks(string provider) => provider == "moonshot";
}
