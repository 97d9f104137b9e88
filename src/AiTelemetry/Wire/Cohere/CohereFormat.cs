namespace AiTelemetry.Wire.Cohere;

/// <summary>What Cohere's APIs have in common. Their paths are too plain to be taken on hosts that are not known.</summary>
internal abstract class CohereFormat : WireFormat
{
    public override string DefaultProvider => "cohere";

    public override bool Speaks(string provider) => provider != "other";

    public override bool IsFailure(ReadOnlySpan<byte> finishReason) => CoherePlaces.IsFailure(finishReason);
}
