namespace AiTelemetry.Wire.Bedrock;

/// <summary>Bedrock InvokeModel of models that make images: Titan Image, Nova Canvas, Stability. They are billed by the image.</summary>
internal sealed class BedrockImageFormat : BedrockFormat
{
    public override string Operation => "image_generation";

    public override string Endpoint => "invoke";

    public override JsonPaths RequestPaths { get; } = new();

    public override JsonPaths ResponsePaths { get; } = new(
        ("images[]", WireField.Image),
        ("artifacts[].base64", WireField.Image),
        ("artifacts[]", WireField.Choice),
        ("artifacts[].finishReason", WireField.FinishReason),
        ("__type", WireField.QualifiedErrorType));

    protected override (string Plain, string Stream) Verbs => ("/invoke", "/invoke-with-response-stream");

    public override bool IsCall(ReadOnlySpan<char> path) =>
        ModelOf(path) is var model && (model.Contains("stability.", StringComparison.Ordinal) || model.Contains("titan-image", StringComparison.Ordinal)
            || model.Contains("nova-canvas", StringComparison.Ordinal));
}
