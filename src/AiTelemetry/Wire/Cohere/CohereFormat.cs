namespace AiTelemetry.Wire.Cohere;

/// <summary>What Cohere's APIs have in common. Their paths are too plain to be taken on hosts that are not known.</summary>
internal abstract class CohereFormat : WireFormat
{
    public override string DefaultProvider => "cohere";

    /// <summary>Cohere, and Azure, where its models are served by its own API too.</summary>
    public override bool Speaks(string provider) => provider is "cohere" or "azure";

    public override bool IsFailure(ReadOnlySpan<byte> finishReason) => CoherePlaces.IsFailure(finishReason);
}
