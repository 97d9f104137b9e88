using AiTelemetry.Wire.Vertex;

namespace AiTelemetry.Wire.Gemini;

/// <summary>Gemini <c>generateContent</c> and <c>streamGenerateContent</c>, the latter as events or as one JSON array.</summary>
/// <remarks>
/// <see href="https://ai.google.dev/api/generate-content#UsageMetadata"/>. Every chunk repeats the usage so far: the last one counts, whole. Thinking is
/// beside the candidates' tokens, the prompt of tool use beside the prompt's. Zero counts are left out (proto3 JSON).
/// </remarks>
internal sealed class GeminiFormat : WireFormat
{
    public override string Operation => "generate_content";

    public override string DefaultProvider => "gemini";

    public override string Endpoint => "generateContent";

    public override JsonPaths RequestPaths { get; } = new(
        ("contents[]", WireField.RequestMessage),
        ("generation_config.max_output_tokens", WireField.RequestMaxTokens), // proto3 JSON may be written in either case
        ("generation_config.temperature", WireField.RequestTemperature),
        ("generation_config.top_p", WireField.RequestTopP),
        ("generationConfig.maxOutputTokens", WireField.RequestMaxTokens),
        ("generationConfig.temperature", WireField.RequestTemperature),
        ("generationConfig.topP", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        ("responseId", WireField.ResponseId),
        ("modelVersion", WireField.ResponseModel),
        ("candidates[]", WireField.Choice),
        ("candidates[].index", WireField.ChoiceIndex),
        ("candidates[].finishReason", WireField.FinishReason),
        ("candidates[].content.parts[].text", WireField.Content),
        ("candidates[].content.parts[].functionCall", WireField.Content),
        ("candidates[].content.parts[].inlineData", WireField.Content),
        ("candidates[].content.parts[].executableCode", WireField.Content),
        ("promptFeedback.blockReason", WireField.BlockReason),
        ("usageMetadata", WireField.Usage),
        ("usageMetadata.promptTokenCount", WireField.Input),
        ("usageMetadata.candidatesTokenCount", WireField.Output),
        ("usageMetadata.totalTokenCount", WireField.Total),
        ("usageMetadata.cachedContentTokenCount", WireField.CacheRead),
        ("usageMetadata.thoughtsTokenCount", WireField.Reasoning),
        ("usageMetadata.toolUsePromptTokenCount", WireField.ToolUseInput),
        ("usageMetadata.serviceTier", WireField.ServiceTier),
        ("usageMetadata.trafficType", WireField.ServiceTier),
        .. ByModality("usageMetadata.promptTokensDetails", WireField.InputOfModality),
        .. ByModality("usageMetadata.toolUsePromptTokensDetails", WireField.InputOfModality),
        .. ByModality("usageMetadata.candidatesTokensDetails", WireField.OutputOfModality),
        .. ByModality("usageMetadata.cacheTokensDetails", WireField.CacheReadOfModality),
        ("candidates[].groundingMetadata.webSearchQueries", WireField.SearchList),
        ("candidates[].groundingMetadata.webSearchQueries[]", WireField.WebSearch),
        ("error", WireField.Error),
        ("error.status", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ]);

    public override bool UsageReplaces => true;

    public override string[] Marks => [":generateContent", ":streamGenerateContent"];

    public override bool IsCall(ReadOnlySpan<char> path) =>
        (path.EndsWith(":generateContent", StringComparison.Ordinal) || IsStream(path)) && !ModelOf(path).IsEmpty;

    public override bool IsStream(ReadOnlySpan<char> path) => path.EndsWith(":streamGenerateContent", StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path) => VertexPath.ModelOf(path);

    public override void Normalize(ref UsageCounts usage) => GeminiUsage.Normalize(ref usage);

    public override UsageUnits Normalize(UsageUnits units, string model) => GeminiUsage.Normalize(units, model);

    static (string, WireField)[] ByModality(string at, WireField field) =>
        [(at + "[]", WireField.Part), (at + "[].modality", WireField.Modality), (at + "[].tokenCount", field)];
}
