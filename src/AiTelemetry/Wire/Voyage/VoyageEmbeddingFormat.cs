using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Voyage;

/// <summary>Voyage's embeddings of text, of text in its context, and of images with text: the total of tokens alone, all of it input.</summary>
/// <remarks><see href="https://docs.voyageai.com/reference/embeddings-api"/>, <see href="https://docs.voyageai.com/reference/multimodal-embeddings-api"/>.</remarks>
internal sealed class VoyageEmbeddingFormat : CompatibleEmbeddingFormat
{
    public override string DefaultProvider => "voyage";

    public override bool Speaks(string provider) => provider == "voyage";

    public override string[] Marks => [.. base.Marks, "/v1/contextualizedembeddings", "/v1/multimodalembeddings"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        base.IsCall(path) || path.EndsWith("/v1/contextualizedembeddings", StringComparison.Ordinal) || path.EndsWith("/v1/multimodalembeddings", StringComparison.Ordinal);
}
