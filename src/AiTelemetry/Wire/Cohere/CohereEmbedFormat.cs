namespace AiTelemetry.Wire.Cohere;

/// <summary>Cohere embed, versions 1 and 2: texts by the token, images by the image or, of newer models, by the token.</summary>
/// <remarks><see href="https://docs.cohere.com/reference/embed"/>.</remarks>
internal sealed class CohereEmbedFormat : CohereFormat
{
    public override string Operation => "embeddings";

    public override string Endpoint => "embed";

    public override JsonPaths RequestPaths { get; } = new(("model", WireField.RequestModel));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        ("id", WireField.ResponseId),
        .. CoherePlaces.Usage("meta."),
        ("meta.billed_units.images", WireField.Images),
    ]);

    public override string[] Marks => ["/v1/embed", "/v2/embed"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/v2/embed", StringComparison.Ordinal) || path.EndsWith("/v1/embed", StringComparison.Ordinal);
}
