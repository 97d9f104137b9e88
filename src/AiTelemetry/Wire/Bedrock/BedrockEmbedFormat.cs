namespace AiTelemetry.Wire.Bedrock;

/// <summary>Bedrock InvokeModel of models that embed: Titan counts in the body, Cohere and Nova in the headers alone.</summary>
/// <remarks>The id that only Cohere's have is not taken for the answer's: as everywhere else at Bedrock, it is named by its <c>x-amzn-RequestId</c>.</remarks>
internal sealed class BedrockEmbedFormat : BedrockInvokeFormat
{
    public override string Operation => "embeddings";

    public override JsonPaths ResponsePaths { get; } = new([("inputTextTokenCount", WireField.Input), .. OfBedrock]);

    public override bool IsCall(ReadOnlySpan<char> path) => ModelOf(path).Contains("embed", StringComparison.Ordinal);
}
