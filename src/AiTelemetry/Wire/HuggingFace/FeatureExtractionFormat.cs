namespace AiTelemetry.Wire.HuggingFace;

/// <summary>Hugging Face's embeddings: bare arrays of numbers.</summary>
internal sealed class FeatureExtractionFormat : TextGenerationFormat
{
    public override string Operation => "embeddings";

    public override string Endpoint => "feature-extraction";

    public override string[] Marks => ["/feature-extraction", "/embed"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.Contains("/feature-extraction", StringComparison.Ordinal) || path.EndsWith("/embed", StringComparison.Ordinal);
}
