using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Perplexity;

/// <summary>Perplexity's agent API: Responses, with the charge as an object.</summary>
/// <remarks><see href="https://docs.perplexity.ai/docs/agent-api/openai-compatibility"/>.</remarks>
internal sealed class PerplexityResponsesFormat() : OpenAiResponsesFormat(("usage.cost.total_cost", WireField.ReportedCost))
{
    public override string DefaultProvider => "perplexity";

    public override bool Speaks(string provider) => provider == "perplexity";

    public override string[] Marks => [.. base.Marks, "/v1/agent"];

    public override bool IsCall(ReadOnlySpan<char> path) => base.IsCall(path) || path.EndsWith("/v1/agent", StringComparison.Ordinal);
}
