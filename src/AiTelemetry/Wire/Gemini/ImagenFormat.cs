using AiTelemetry.Wire.Vertex;

namespace AiTelemetry.Wire.Gemini;

/// <summary>Imagen, by <c>:predict</c> at Gemini and Vertex AI: billed by the image that came.</summary>
/// <remarks>
/// <see href="https://ai.google.dev/gemini-api/docs/imagen"/>. An image that was filtered out has no bytes. Videos (<c>:predictLongRunning</c>) are jobs
/// whose answer to the request says nothing of what they will use; they are no calls.
/// </remarks>
internal sealed class ImagenFormat : WireFormat
{
    public override string Operation => "image_generation";

    public override string DefaultProvider => "gemini";

    public override string Endpoint => "predict";

    public override JsonPaths RequestPaths { get; } = new();

    public override JsonPaths ResponsePaths { get; } = new(
        ("predictions[].bytesBase64Encoded", WireField.Image),
        ("predictions[].gcsUri", WireField.Image),
        ("error", WireField.Error),
        ("error.status", WireField.ErrorType),
        ("error.code", WireField.ErrorCode));

    public override string[] Marks => [":predict"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith(":predict", StringComparison.Ordinal) && ModelOf(path).StartsWith("image", StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => VertexPath.ModelOf(path);
}
