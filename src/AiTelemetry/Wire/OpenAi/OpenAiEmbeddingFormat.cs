namespace AiTelemetry.Wire.OpenAi;

/// <summary>OpenAI embeddings, and every host that speaks them.</summary>
/// <remarks><see href="https://platform.openai.com/docs/api-reference/embeddings"/>. Nothing is generated, so some hosts give the total alone: it is the input.</remarks>
internal class OpenAiEmbeddingFormat : WireFormat
{
    public OpenAiEmbeddingFormat()
        : this([])
    {
    }

    /// <param name="more">Places that only the dialect of a provider has.</param>
    protected OpenAiEmbeddingFormat(params ReadOnlySpan<(string Path, WireField Field)> more) => ResponsePaths = new([.. Places, .. more]);

    public override string Operation => "embeddings";

    public override string DefaultProvider => "openai";

    public override string Endpoint => "embeddings";

    public override JsonPaths RequestPaths { get; } = new(("model", WireField.RequestModel));

    public override JsonPaths ResponsePaths { get; }

    static (string, WireField)[] Places =>
    [
        ("model", WireField.ResponseModel),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
        ("usage.prompt_tokens_details.cached_tokens", WireField.CacheRead),
        ("usage.prompt_tokens_details.audio_tokens", WireField.AudioInput),
        ("usage.prompt_tokens_details.image_tokens", WireField.ImageInput),
        ("error", WireField.Error),
        ("error.type", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ];

    public override string[] Marks => ["/embeddings"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/embeddings", StringComparison.Ordinal);

    public override bool IsUnmistakable(ReadOnlySpan<char> path) => OpenAiPaths.IsUnmistakable(path, "/embeddings");

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => OpenAiPaths.DeploymentOf(path);

    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.Input) && usage.Has(WireField.Total))
            usage[WireField.Input] = usage[WireField.Total];
    }
}
