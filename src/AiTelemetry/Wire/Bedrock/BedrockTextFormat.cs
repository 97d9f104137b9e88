namespace AiTelemetry.Wire.Bedrock;

/// <summary>Bedrock InvokeModel of Titan's text models, which complete one text.</summary>
internal sealed class BedrockTextFormat : BedrockInvokeFormat
{
    public override string Operation => "text_completion";

    public override bool IsCall(ReadOnlySpan<char> path) =>
        ModelOf(path) is var model && (model.Contains("amazon.titan-text", StringComparison.Ordinal) || model.Contains("amazon.titan-tg", StringComparison.Ordinal))
        && !model.Contains("embed", StringComparison.Ordinal);
}
