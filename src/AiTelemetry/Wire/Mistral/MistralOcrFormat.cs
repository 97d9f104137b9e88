using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Mistral;

/// <summary>Mistral's reading of documents: billed by the page, no tokens.</summary>
/// <remarks><see href="https://docs.mistral.ai/api/#tag/ocr"/>.</remarks>
internal sealed class MistralOcrFormat : WireFormat
{
    public override string Operation => "ocr";

    public override string DefaultProvider => "mistral";

    public override string Endpoint => "ocr";

    public override JsonPaths RequestPaths { get; } = new(("model", WireField.RequestModel));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. CompatiblePlaces.Errors,
        ("model", WireField.ResponseModel),
        ("usage_info.pages_processed", WireField.Pages),
        ("usage_info.pages_processed_annotation", WireField.AnnotatedPages),
        ("error", WireField.Error),
    ]);

    public override string[] Marks => ["/v1/ocr"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/ocr", StringComparison.Ordinal);
}
