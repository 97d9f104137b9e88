namespace AiTelemetry.Catalog;

/// <summary>Every tag name there is. Metrics, spans, tests and documents take them from here.</summary>
internal static class TagKeys
{
    // AiTelemetry's own metrics.
    public const string Provider = "provider";
    public const string Model = "model";
    public const string Outcome = "outcome";
    public const string Type = "type";
    public const string Direction = "direction";
    public const string Reason = "reason";
    public const string ErrorType = "error_type";
    public const string Kind = "kind";
    public const string ServerId = "server_id";
    public const string ToolName = "tool_name";
    public const string ErrorKind = "error_kind";
    public const string FactoryType = "factory_type";
    public const string Name = "name";
    public const string Door = "door";

    // Facts of the service.
    public const string Version = "version";
    public const string DotnetVersion = "dotnet_version";
    public const string CompatibilityNames = "compatibility_names";
    public const string MaxModels = "max_models";
    public const string MetricDimensions = "metric_dimensions";

    // Compatibility names.
    public const string Endpoint = "endpoint";
    public const string Intent = "intent";
    public const string Stream = "stream";
    public const string PromptLength = "prompt_length";
    public const string PromptTokens = "prompt_tokens";
    public const string CompletionTokens = "completion_tokens";
    public const string ArgCount = "arg_count";

    // What an app may add.
    public const string User = "user";
    public const string Team = "team";
    public const string Feature = "feature";
    public const string Session = "session";

    // OpenTelemetry semantic conventions 1.41.
    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string RequestStream = "gen_ai.request.stream";
    public const string RequestMaxTokens = "gen_ai.request.max_tokens";
    public const string RequestTemperature = "gen_ai.request.temperature";
    public const string RequestTopP = "gen_ai.request.top_p";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string TimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string CacheWriteTokens = "gen_ai.usage.cache_creation.input_tokens";
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string SemanticErrorType = "error.type";
    public const string StatusCode = "http.response.status_code";

    public const string GenAiToolName = "gen_ai.tool.name";
    public const string McpMethod = "mcp.method.name";
    public const string McpSessionId = "mcp.session.id";
    public const string McpProtocolVersion = "mcp.protocol.version";
    public const string JsonRpcRequestId = "jsonrpc.request.id";
    public const string JsonRpcStatusCode = "rpc.response.status_code";
    public const string NetworkTransport = "network.transport";
    public const string NetworkProtocolName = "network.protocol.name";

    // What the conventions have no name for.
    public const string McpServerId = "aitelemetry.mcp.server.id";
    public const string CostUsd = "aitelemetry.cost.usd";
    public const string CostStatus = "aitelemetry.cost.status";
    public const string UsageStatus = "aitelemetry.usage.status";
    public const string UsageAnomalies = "aitelemetry.usage.anomalies";
    public const string Attempt = "aitelemetry.attempt";
    public const string ErrorCode = "aitelemetry.error.code";

    /// <summary>The dimensions an app may add, in the order they are reported.</summary>
    public static readonly string[] Dimensions = [User, Team, Feature, Session];
}
