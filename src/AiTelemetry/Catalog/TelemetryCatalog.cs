// One piece because it is the one list of all names: a table, read from top to bottom.
using static AiTelemetry.Catalog.MetricKind;

namespace AiTelemetry.Catalog;

/// <summary>The one source of every metric and span name, with unit, description, tags and buckets.</summary>
/// <remarks>Instruments, METRICS.md, dashboards, rules and the test recorder are made from it. To add a metric: one entry here, one verb in AiInstruments.</remarks>
internal static class TelemetryCatalog
{
    /// <summary>The meter of AiTelemetry's own names.</summary>
    public const string MeterName = "AiTelemetry";

    /// <summary>The meter of the compatibility names; silent unless <c>CompatibilityNames</c> is on.</summary>
    public const string CompatibilityMeterName = "AiTelemetry.Compatibility";

    /// <summary>The meter of the semantic conventions' names.</summary>
    public const string GenAiMeterName = "AiTelemetry.GenAI";

    /// <summary>The one activity source.</summary>
    public const string ActivitySourceName = "AiTelemetry";

    /// <summary>The version of the semantic conventions that the gen_ai names follow.</summary>
    public const string SchemaUrl = "https://opentelemetry.io/schemas/1.41.1";

    static readonly TagDefinition Provider = new(TagKeys.Provider);
    static readonly TagDefinition Model = new(TagKeys.Model);
    static readonly TagDefinition ErrorTypes = new(TagKeys.ErrorType, CallErrors.All);
    static readonly TagDefinition ServerId = new(TagKeys.ServerId);
    static readonly TagDefinition ToolName = new(TagKeys.ToolName);
    static readonly TagDefinition LimitKind = new(TagKeys.Kind, "requests", "tokens", "input_tokens", "output_tokens");

    static readonly double[] SemanticSeconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    static readonly double[] PayloadBytes = [256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];

    static readonly TagDefinition[] SemanticTags =
    [
        new(TagKeys.OperationName, "chat", "generate_content", "text_completion", "embeddings", "invoke_agent", "image_generation", "speech", "transcription", "rerank", "ocr"), new(TagKeys.ProviderName), new(TagKeys.RequestModel),
        new(TagKeys.ResponseModel), new(TagKeys.ServerAddress), new(TagKeys.ServerPort),
    ];

    public static readonly MetricDefinition RequestSeconds = new("llm_provider_request_seconds", MeterName, Histogram, "s",
        "Time from the start of a provider call to the end of its answer.", Provider, Model, new(TagKeys.Outcome, CallOutcomes.All))
    {
        Buckets = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120],
        TakesDimensions = true,
    };

    public static readonly MetricDefinition Tokens = new("llm_provider_tokens_total", MeterName, Counter, "{token}",
        "Tokens used, cached and reasoning tokens included.", Provider, Model, new(TagKeys.Type, "prompt", "completion"))
    { TakesDimensions = true };

    public static readonly MetricDefinition TokenDetails = new("llm_provider_token_details_total", MeterName, Counter, "{token}",
        "Tokens used, parted: per direction the types add up to llm_provider_tokens_total.", Provider, Model, new(TagKeys.Direction, "prompt", "completion"),
        new(TagKeys.Type, "uncached", "cache_read", "cache_write", "audio", "image", "text", "reasoning"));

    public static readonly MetricDefinition CostUsd = new("llm_provider_cost_usd_total", MeterName, Counter, "{USD}",
        "Known cost of calls in US dollars; calls of unknown cost are in llm_provider_unpriced_calls_total.", Provider, Model)
    { TakesDimensions = true };

    public static readonly MetricDefinition UnpricedCalls = new("llm_provider_unpriced_calls_total", MeterName, Counter, "{call}",
        "Calls that used tokens but have no known price: their cost is unknown, not 0.", Provider, Model);

    public static readonly MetricDefinition CostDriftCalls = new("llm_provider_cost_drift_calls_total", MeterName, Counter, "{call}",
        "Calls for which the provider reported a charge that differs from the computed cost by more than AiTelemetryOptions.Prices.DriftTolerance.", Provider, Model);

    public static readonly MetricDefinition CallsWithoutUsage = new("llm_provider_calls_without_usage_total", MeterName, Counter, "{call}",
        "Calls whose usage is unknown or only partly known.", Provider, Model, new(TagKeys.Reason, "absent", "partial", "unreadable"));

    public static readonly MetricDefinition UsageAnomalies = new("llm_provider_usage_anomalies_total", MeterName, Counter, "{call}",
        "Calls whose reported counts were refused as impossible, or contradict each other.", Provider, Model, new(TagKeys.Kind, Calls.Contradictions.Refused, Calls.Contradictions.Contradictory));

    public static readonly MetricDefinition Retries = new("llm_provider_retries_total", MeterName, Counter, "{retry}",
        "Attempts after the first, where they can be told.", Provider, Model);

    public static readonly MetricDefinition RequestsInFlight = new("llm_provider_requests_in_flight", MeterName, UpDownCounter, "{request}",
        "Provider calls that have begun and not ended.", Provider);

    public static readonly MetricDefinition Errors = new("llm_provider_errors_total", MeterName, Counter, "{error}",
        "Provider calls that did not succeed, by kind of error.", Provider, Model, ErrorTypes)
    { TakesDimensions = true };

    public static readonly MetricDefinition RateLimitDelays = new("llm_provider_rate_limit_delays_seconds", MeterName, Histogram, "s",
        "Time between a 429 and the next attempt of the same call, or the wait the 429 asked for where no next attempt is seen.", Provider)
    { Buckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60] };

    public static readonly MetricDefinition RateLimitRemaining = new("llm_provider_rate_limit_remaining", MeterName, Gauge, "",
        "What is left of a rate limit, from the provider's headers.", Provider, Model, LimitKind);

    public static readonly MetricDefinition RateLimitLimit = new("llm_provider_rate_limit_limit", MeterName, Gauge, "",
        "A rate limit, from the provider's headers.", Provider, Model, LimitKind);

    public static readonly MetricDefinition RateLimitReset = new("llm_provider_rate_limit_reset_seconds", MeterName, Gauge, "s",
        "Time until a rate limit is whole again, from the provider's headers.", Provider, Model, LimitKind);

    public static readonly MetricDefinition TimeToFirstToken = new("llm_provider_time_to_first_token_seconds", MeterName, Histogram, "s",
        "Time from the start of a streaming call to its first piece of content.", Provider, Model)
    { Buckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30] };

    public static readonly MetricDefinition InternalFaults = new("aitelemetry_internal_faults_total", MeterName, Counter, "{fault}",
        "Faults of AiTelemetry itself that were kept from the app.", new TagDefinition(TagKeys.Door, Doors.All));

    public static readonly MetricDefinition ServiceInfo = new("service_info", MeterName, Gauge, "",
        "Always 1; the tags say which AiTelemetry runs on which .NET, and how it is configured.",
        new(TagKeys.Version), new(TagKeys.DotnetVersion), new(TagKeys.CompatibilityNames, "true", "false"), new(TagKeys.MaxModels), new(TagKeys.MetricDimensions));

    public static readonly MetricDefinition GenAiDuration = new("gen_ai.client.operation.duration", GenAiMeterName, Histogram, "s",
        "GenAI operation duration.", [.. SemanticTags, new(TagKeys.SemanticErrorType)])
    { Buckets = SemanticSeconds };

    public static readonly MetricDefinition GenAiTokenUsage = new("gen_ai.client.token.usage", GenAiMeterName, Histogram, "{token}",
        "Number of input and output tokens used.", [.. SemanticTags, new(TagKeys.TokenType, "input", "output")])
    { Buckets = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] };

    public static readonly MetricDefinition GenAiTimeToFirstChunk = new("gen_ai.client.operation.time_to_first_chunk", GenAiMeterName, Histogram, "s",
        "Time to receive the first chunk with content of a streaming response.", SemanticTags)
    { Buckets = SemanticSeconds };

    public static readonly MetricDefinition GenAiTimePerOutputChunk = new("gen_ai.client.operation.time_per_output_chunk", GenAiMeterName, Histogram, "s",
        "Time per chunk with content after the first: one mean per response unless every gap was asked for.", SemanticTags)
    { Buckets = SemanticSeconds };

    public static readonly MetricDefinition OpenAiCalls = new("openai_api_calls_total", CompatibilityMeterName, Counter, "{call}",
        "Calls of the OpenAI API.", Model, new(TagKeys.Endpoint), new(TagKeys.Intent), new(TagKeys.Stream, "true", "false"));

    public static readonly MetricDefinition OpenAiDuration = new("openai_api_duration_seconds", CompatibilityMeterName, Histogram, "s",
        "Duration of calls of the OpenAI API.", Model, new(TagKeys.Endpoint))
    { Buckets = RequestSeconds.Buckets };

    public static readonly MetricDefinition OpenAiTokens = new("openai_tokens_used", CompatibilityMeterName, Histogram, "{token}",
        "Tokens used by a call of the OpenAI API.", Model, new(TagKeys.Type, "prompt", "completion", "total", "cached"))
    { Buckets = GenAiTokenUsage.Buckets };

    public static readonly MetricDefinition OpenAiCost = new("openai_cost_usd", CompatibilityMeterName, Histogram, "{USD}",
        "Known cost of a call of the OpenAI API in US dollars.", Model, new(TagKeys.Intent))
    { Buckets = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, 5] };

    public static readonly MetricDefinition OpenAiTotalCost = new("openai_total_cost_usd", CompatibilityMeterName, UpDownCounter, "{USD}",
        "Known cost of all calls of the OpenAI API in US dollars.", Model);

    public static readonly MetricDefinition OpenAiErrors = new("openai_errors_total", CompatibilityMeterName, Counter, "{error}",
        "Calls of the OpenAI API that did not succeed.", Model, ErrorTypes);

    public static readonly MetricDefinition McpAiRequests = new("mcp_ai_requests_total", CompatibilityMeterName, Counter, "{request}",
        "Provider calls.", Provider, Model);

    public static readonly MetricDefinition McpAiDuration = new("mcp_ai_request_duration_seconds", CompatibilityMeterName, Histogram, "s",
        "Duration of provider calls.", Provider, Model)
    { Buckets = RequestSeconds.Buckets };

    public static readonly MetricDefinition McpAiTokens = new("mcp_ai_tokens_total", CompatibilityMeterName, Counter, "{token}",
        "Tokens used.", Provider, Model, new(TagKeys.Type, "input", "output"));

    public static readonly MetricDefinition McpAiCost = new("mcp_ai_cost_usd_total", CompatibilityMeterName, Counter, "{USD}",
        "Known cost of provider calls in US dollars.", Provider, Model);

    public static readonly MetricDefinition ToolSeconds = new("mcp_tool_execute_seconds", MeterName, Histogram, "s",
        "Time from a tool call to its answer; its count is the number of tool calls.", ServerId, ToolName, new(TagKeys.Outcome, ToolOutcomes.All))
    { Buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    public static readonly MetricDefinition ToolErrors = new("mcp_tool_errors_total", MeterName, Counter, "{error}",
        "Tool calls that failed.", ServerId, ToolName, new(TagKeys.ErrorKind, ToolErrorKinds.All));

    public static readonly MetricDefinition ToolRequestBytes = new("mcp_tool_request_bytes", MeterName, Histogram, "By",
        "Size of the message that calls a tool, where bytes pass: proxy and HTTP.", ServerId, ToolName)
    { Buckets = PayloadBytes };

    public static readonly MetricDefinition ToolResponseBytes = new("mcp_tool_response_bytes", MeterName, Histogram, "By",
        "Size of the message that answers a tool call, where bytes pass: proxy and HTTP.", ServerId, ToolName)
    { Buckets = PayloadBytes };

    public static readonly MetricDefinition ToolSchemaBytes = new("mcp_tool_schema_bytes", MeterName, Gauge, "By",
        "Size of a tool's name, description and input schema as its server lists them: what it adds to every prompt.", ServerId, ToolName);

    public static readonly MetricDefinition ServerConnections = new("mcp_server_connections_active", MeterName, UpDownCounter, "{connection}",
        "Open connections to an MCP server.", ServerId);

    public static readonly MetricDefinition RegistryLookups = new("mcp_tool_registry_lookup_seconds", MeterName, Histogram, "s",
        "Time of a look-up in the tool registry, not of the load that follows a miss.", new TagDefinition(TagKeys.Outcome, "hit", "miss"))
    { Buckets = [0.00001, 0.0001, 0.001, 0.01, 0.1] };

    public static readonly MetricDefinition PersistSeconds = new("llm_usage_persist_seconds", MeterName, Histogram, "s",
        "Time from the hand-over of a commit's oldest record until it is durable.", new TagDefinition(TagKeys.Outcome, CallOutcomes.Success, CallOutcomes.Error))
    { Buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1], RecordedBy = "ledger" };

    public static readonly MetricDefinition PersistErrors = new("llm_usage_persist_errors_total", MeterName, Counter, "{error}",
        "Errors in keeping usage records: commits that failed and are tried again (db_error; also those to a server whose records an outbox keeps meanwhile), records refused as the queue was full or the shutdown's time was over (timeout), records refused as impossible or too old (validation).",
        new TagDefinition(TagKeys.ErrorType, PersistErrorTypes.All))
    { RecordedBy = "ledger" };

    public static readonly MetricDefinition PersistQueue = new("llm_usage_persist_queue_size", MeterName, Gauge, "{item}",
        "Usage records handed over and not yet durable.")
    { RecordedBy = "ledger" };

    public static readonly MetricDefinition FactorySeconds = new("factory_create_seconds", MeterName, Histogram, "s",
        "Time to create a provider client or a tool.", new(TagKeys.FactoryType, FactoryTypes.All), new(TagKeys.Name))
    { Buckets = [0.00001, 0.0001, 0.001, 0.01] };

    /// <summary>Every metric, in the order of METRICS.md.</summary>
    public static readonly MetricDefinition[] Metrics =
    [
        RequestSeconds, Tokens, TokenDetails, CostUsd, UnpricedCalls, CostDriftCalls, CallsWithoutUsage, UsageAnomalies, Retries, RequestsInFlight, Errors, RateLimitDelays,
        RateLimitRemaining, RateLimitLimit, RateLimitReset, TimeToFirstToken, InternalFaults, ServiceInfo,
        ToolSeconds, ToolErrors, ToolRequestBytes, ToolResponseBytes, ToolSchemaBytes, ServerConnections, RegistryLookups, FactorySeconds,
        PersistSeconds, PersistErrors, PersistQueue,
        OpenAiCalls, OpenAiDuration, OpenAiTokens, OpenAiCost, OpenAiTotalCost, OpenAiErrors, McpAiRequests, McpAiDuration, McpAiTokens, McpAiCost,
        GenAiDuration, GenAiTokenUsage, GenAiTimeToFirstChunk, GenAiTimePerOutputChunk,
    ];

    /// <summary>Every span.</summary>
    public static readonly SpanDefinition[] Spans = [SpanDefinition.ProviderCall, SpanDefinition.ToolCall];
}
