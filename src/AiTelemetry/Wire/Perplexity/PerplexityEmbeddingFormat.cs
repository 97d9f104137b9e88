using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Perplexity;

/// <summary>Perplexity's embeddings, plain and in context: with the charge as an object.</summary>
/// <remarks><see href="https://docs.perplexity.ai/api-reference/embeddings-post"/>.</remarks>
internal sealed class PerplexityEmbeddingFormat() : CompatibleEmbeddingFormat(("usage.cost.total_cost", WireField.ReportedCost))
{
    public override string DefaultProvider => "perplexity";

    public override bool Speaks(string provider) => provider == "perplexity";

    public override string[] Marks => [.. base.Marks, "/v1/contextualizedembeddings"];

    public override bool IsCall(ReadOnlySpan<char> path) => base.IsCall(path) || path.EndsWith("/v1/contextualizedembeddings", StringComparison.Ordinal);
}
