namespace AiTelemetry.Catalog;

/// <summary>One kind of span.</summary>
/// <param name="OperationName">The name it starts under; samplers and the MCP SDK see it.</param>
/// <param name="DisplayName">The name it is exported under, as a pattern.</param>
/// <param name="CompatibilityName">The exported name with <c>CompatibilityNames</c> on.</param>
/// <param name="Attributes">The attributes it may carry, dimensions of the app aside.</param>
internal sealed record SpanDefinition(string OperationName, string DisplayName, string CompatibilityName, string Description, params string[] Attributes)
{
    /// <summary>A call of a provider: <c>chat gpt-4o</c>.</summary>
    public static readonly SpanDefinition ProviderCall = new("llm.complete", "{operation} {model}", "llm.complete", "A call of a provider, until the last byte of its answer.",
        TagKeys.OperationName, TagKeys.ProviderName, TagKeys.RequestModel, TagKeys.RequestStream, TagKeys.RequestMaxTokens, TagKeys.RequestTemperature,
        TagKeys.RequestTopP, TagKeys.ServerAddress, TagKeys.ServerPort, TagKeys.ResponseModel, TagKeys.ResponseId, TagKeys.FinishReasons,
        TagKeys.TimeToFirstChunk, TagKeys.InputTokens, TagKeys.OutputTokens, TagKeys.CacheReadTokens, TagKeys.CacheWriteTokens, TagKeys.ReasoningTokens,
        TagKeys.SemanticErrorType, TagKeys.StatusCode, TagKeys.ErrorCode, TagKeys.CostUsd, TagKeys.CostStatus, TagKeys.UsageStatus, TagKeys.UsageAnomalies, TagKeys.Attempt);

    /// <summary>The attributes that come along with <c>CompatibilityNames</c> on.</summary>
    public static readonly string[] CompatibilityAttributes =
        [TagKeys.Provider, TagKeys.Model, TagKeys.PromptLength, TagKeys.PromptTokens, TagKeys.CompletionTokens, TagKeys.ErrorType];
}
