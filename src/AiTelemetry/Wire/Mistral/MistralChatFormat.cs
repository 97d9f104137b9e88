using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Mistral;

/// <summary>Mistral chat completions, and those of its agents.</summary>
/// <remarks>
/// <see href="https://docs.mistral.ai/api/"/>. Tokens of audio stand beside <c>prompt_tokens</c>; only the total has them. The usage comes in the chunk that
/// has the finish reason. An error is <c>{"object":"error","type":...}</c> or, for a request that does not fit, <c>{"detail":[...]}</c>.
/// </remarks>
internal class MistralChatFormat() : CompatibleChatFormat(("usage.prompt_audio_seconds", WireField.AudioSeconds))
{
    public override string DefaultProvider => "mistral";

    public override bool Speaks(string provider) => provider == "mistral";

    public override string[] Marks => [.. base.Marks, "/v1/agents/completions"];

    public override bool IsCall(ReadOnlySpan<char> path) => base.IsCall(path) || path.EndsWith("/v1/agents/completions", StringComparison.Ordinal);

    public override void Normalize(ref UsageCounts usage) => MistralUsage.AddAudio(ref usage);
}
