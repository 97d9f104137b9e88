using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.OpenRouter;

/// <summary>OpenRouter chat completions.</summary>
/// <remarks>
/// <see href="https://openrouter.ai/docs/use-cases/usage-accounting"/>: <c>usage.cost</c> is what the account was charged, in credits of one USD; with the
/// app's own key it is the fee alone, and <c>upstream_inference_cost</c> what the provider behind charged. An error has a number for a code and
/// no type, and may come inside an answer of status 200, of the whole or of one choice.
/// </remarks>
internal sealed class OpenRouterChatFormat() : CompatibleChatFormat(
[
    .. OpenRouterPlaces.Cost("usage."),
    ("choices[].error", WireField.Error),
    ("choices[].error.code", WireField.ErrorCode),
])
{
    public override string DefaultProvider => "openrouter";

    public override bool Speaks(string provider) => provider == "openrouter";
}
