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

    /// <summary>A call of a tool: <c>execute_tool search</c>. The MCP SDK adds its own attributes to a span that is started so, where it sees one.</summary>
    public static readonly SpanDefinition ToolCall = new("execute_tool {tool}", "execute_tool {tool}", "mcp.tool.execute", "A call of a tool, until its answer.",
        TagKeys.OperationName, TagKeys.GenAiToolName, TagKeys.McpServerId, TagKeys.McpMethod, TagKeys.JsonRpcRequestId, TagKeys.SemanticErrorType,
        TagKeys.McpSessionId, TagKeys.McpProtocolVersion, TagKeys.JsonRpcStatusCode, TagKeys.NetworkTransport, TagKeys.NetworkProtocolName);

    /// <summary>What the names of spans of tool calls begin with. The MCP SDK joins a span whose operation name does.</summary>
    public const string ToolPrefix = "execute_tool ";

    /// <summary>The semantic conventions' word for the operation of a tool call.</summary>
    public const string ToolOperation = "execute_tool";

    /// <summary>The source of the MCP SDK's own spans, and its meter.</summary>
    public const string McpSdkSource = "Experimental.ModelContextProtocol";

    /// <summary>The method of a tool call; the MCP SDK's own spans begin with it.</summary>
    public const string McpToolsCall = "tools/call";

    /// <summary>Whether a span that was started under this name is one of these.</summary>
    public bool Covers(string operationName) =>
        OperationName.IndexOf('{') is var open and >= 0 ? operationName.AsSpan().StartsWith(OperationName.AsSpan(0, open)) : operationName == OperationName;

    /// <summary>The attributes that come along with <c>CompatibilityNames</c> on.</summary>
    public static readonly string[] CompatibilityAttributes =
        [TagKeys.Provider, TagKeys.Model, TagKeys.PromptLength, TagKeys.PromptTokens, TagKeys.CompletionTokens, TagKeys.ErrorType, TagKeys.ServerId, TagKeys.ToolName, TagKeys.ArgCount];
}
