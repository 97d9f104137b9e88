namespace AiTelemetry.Wire.Cohere;

/// <summary>Cohere rerank, versions 1 and 2: charged by the search of up to 100 documents, no tokens.</summary>
/// <remarks><see href="https://docs.cohere.com/reference/rerank"/>.</remarks>
internal sealed class CohereRerankFormat : CohereFormat
{
    public override string Operation => "rerank";

    public override string Endpoint => "rerank";

    public override JsonPaths RequestPaths { get; } = new(("model", WireField.RequestModel));

    public override JsonPaths ResponsePaths { get; } = new([("id", WireField.ResponseId), .. CoherePlaces.Usage("meta.")]);

    /// <summary>Cohere, and Azure, which serves its models by its own API too; others answer at the same path with tokens.</summary>
    public override bool Speaks(string provider) => provider is "cohere" or "azure";

    public override string[] Marks => ["/v1/rerank", "/v2/rerank"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/v2/rerank", StringComparison.Ordinal) || path.EndsWith("/v1/rerank", StringComparison.Ordinal);
}
