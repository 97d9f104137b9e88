namespace AiTelemetry.Wire.Compatible;

/// <summary>Ranking of documents, as Cohere, Voyage, Jina, Together, vLLM and others serve it: billed by the search or by the token.</summary>
/// <remarks>
/// <see href="https://docs.cohere.com/reference/rerank"/>, <see href="https://docs.voyageai.com/reference/reranker-api"/>. What is told as the total of tokens is all
/// input: nothing is generated.
/// </remarks>
internal sealed class RerankFormat : WireFormat
{
    public override string Operation => "rerank";

    public override string DefaultProvider => "cohere";

    public override string Endpoint => "rerank";

    public override JsonPaths RequestPaths { get; } = new(("model", WireField.RequestModel));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. CompatiblePlaces.Errors,
        ("id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.total_tokens", WireField.Total),
        ("meta.billed_units.search_units", WireField.Queries),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ]);

    public override string[] Marks => ["/v1/rerank", "/v2/rerank"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/v1/rerank", StringComparison.Ordinal) || path.EndsWith("/v2/rerank", StringComparison.Ordinal);

    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.Input) && usage.Has(WireField.Total))
            usage[WireField.Input] = usage[WireField.Total];
    }
}
