using AiTelemetry.Wire.OpenAi;

namespace AiTelemetry.Wire.Compatible;

/// <summary>Embeddings as hosts compatible with OpenAI speak them, with every spelling they are known to use.</summary>
internal class CompatibleEmbeddingFormat : OpenAiEmbeddingFormat
{
    public CompatibleEmbeddingFormat()
        : this([])
    {
    }

    protected CompatibleEmbeddingFormat(params ReadOnlySpan<(string Path, WireField Field)> more)
        : base([.. CompatiblePlaces.Usage("usage."), .. CompatiblePlaces.Errors, .. more])
    {
    }

    public override bool Speaks(string provider) => provider is not ("openai" or "azure");
}
