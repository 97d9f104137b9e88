using System.Globalization;
using System.Text;
using AiTelemetry.Catalog;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>For each metric that calls record: what Prometheus must answer, from what the fake provider received and sent.</summary>
internal sealed class ExpectedMetrics
{
    readonly Dictionary<string, List<Expectation>> _byMetric = new(StringComparer.Ordinal);
    readonly CalledApp _app;
    readonly CausedCall[] _ended;
    readonly UsageRecord[] _records;

    public ExpectedMetrics(CalledApp app)
    {
        _app = app;
        _ended = [.. app.Fake.Calls.Where(call => call.Ended.IsCompleted && !IsFaulty(call)).Select(call => new CausedCall(call, app.Prices))];
        _records = [.. app.Records];
        Assert.Equal(_ended.Length, _records.Length);
        Assert.Equal(_ended.Sum(call => call.CostUsd ?? 0), _records.Sum(record => record.Cost.Usd ?? 0)); // exactly: these are decimals
        AddOwn();
        AddRateLimits();
        AddCompatibility();
        AddSemantic();
        AddTools();
    }

    public IEnumerable<Expectation> Of(string metric) => _byMetric.TryGetValue(metric, out var expectations) ? expectations : [];

    static bool IsFaulty(Testing.FakeCall call) => call.Request.Headers.ContainsKey(CalledApp.FaultHeader);

    void AddOwn()
    {
        Add(TelemetryCatalog.RequestSeconds,
            Calls("llm_provider_request_seconds_count", "provider, model, outcome", _ => 1, call => [call.Provider, call.Model, call.Outcome]),
            Records("llm_provider_request_seconds_sum", record => record.Duration.TotalSeconds));
        Add(TelemetryCatalog.Tokens, Tokens("llm_provider_tokens_total", "prompt", "completion"));
        Add(TelemetryCatalog.TokenDetails, Details());
        Add(TelemetryCatalog.CostUsd, Cost("llm_provider_cost_usd_total", "provider, model"));
        Add(TelemetryCatalog.UnpricedCalls,
            Calls("llm_provider_unpriced_calls_total", "provider, model", call => call.Call.Usage is not null && call.CostUsd is null ? 1 : 0, call => [call.Provider, call.Model]));
        // No answer of the fakes reports a charge: every model has its series, at 0.
        Add(TelemetryCatalog.CostDriftCalls, Expectation.Of("count by (provider, model) (llm_provider_cost_drift_calls_total == 0)", "provider, model",
            _ended.DistinctBy(call => (call.Provider, call.Model)), _ => 1, call => [call.Provider, call.Model]));
        Add(TelemetryCatalog.CallsWithoutUsage,
            Calls("llm_provider_calls_without_usage_total", "provider, model, reason", call => call.UsageMissing is null ? 0 : 1, call => [call.Provider, call.Model, call.UsageMissing]));
        Add(TelemetryCatalog.UsageAnomalies, Calls("llm_provider_usage_anomalies_total", "provider, model, kind",
            call => call.Call.Request.Model == ScriptedCalls.ImpossibleCounts ? 1 : 0, call => [call.Provider, call.Model, "refused"]));
        Add(TelemetryCatalog.Retries, Expectation.Sum("llm_provider_retries_total", "provider, model", AfterRateLimit(), _ => 1, call => [call.Provider, call.Model]));
        Add(TelemetryCatalog.RequestsInFlight,
            Expectation.Sum("llm_provider_requests_in_flight", "provider", _app.Fake.Calls, call => call.Ended.IsCompleted ? 0 : 1, call => [call.Request.Provider]));
        Add(TelemetryCatalog.Errors, Errors("llm_provider_errors_total", "provider, model, error_type", call => [call.Provider, call.Model, call.ErrorType], _ended));
        Add(TelemetryCatalog.RateLimitDelays,
            Expectation.Sum("llm_provider_rate_limit_delays_seconds_count", "provider", AfterRateLimit(), _ => 1, call => [call.Provider]),
            Expectation.Of("sum by (provider) (llm_provider_rate_limit_delays_seconds_sum) >= bool 0.05", "provider", AfterRateLimit(), _ => 1, call => [call.Provider]));
        Add(TelemetryCatalog.TimeToFirstToken,
            Calls("llm_provider_time_to_first_token_seconds_count", "provider, model", call => call.IsStream ? 1 : 0, call => [call.Provider, call.Model]),
            Records("llm_provider_time_to_first_token_seconds_sum", record => record.TimeToFirstToken?.TotalSeconds));
        Add(TelemetryCatalog.InternalFaults,
            Expectation.Sum("aitelemetry_internal_faults_total", "door", _app.Fake.Calls.Where(IsFaulty), _ => 1, _ => ["filter"]));
        Add(TelemetryCatalog.ServiceInfo, Expectation.Sum("service_info", "dotnet_version, compatibility_names, max_models", [0], _ => 1,
            _ => [Environment.Version.ToString(), "true", "200"]));
    }

    void AddRateLimits()
    {
        Add(TelemetryCatalog.RateLimitLimit, Limits("llm_provider_rate_limit_limit", "limit"));
        Add(TelemetryCatalog.RateLimitRemaining, Limits("llm_provider_rate_limit_remaining", "remaining"));
        // The figure falls with the clock; with the time of the scrape added it is the instant of the reset: the end of the call and the header's six minutes.
        var reset = _records.Where(record => record.RequestModel == "gpt-4o-mini" && record.UsageStatus == UsageStatus.Absent && record.StatusCode == 200)
            .Select(record => (record.StartedAt + record.Duration + TimeSpan.FromMinutes(6)).ToUnixTimeMilliseconds() / 1000.0);
        Add(TelemetryCatalog.RateLimitReset, Expectation.Of(
            "(timestamp(llm_provider_rate_limit_reset_seconds) + llm_provider_rate_limit_reset_seconds) and on (model, kind) (llm_provider_rate_limit_reset_seconds > 200)",
            "provider, model, kind", reset, at => at, _ => ["openai", "gpt-4o-mini", "tokens"]) with
        { Tolerance = 2 });
    }

    void AddCompatibility()
    {
        var openAi = _ended.Where(call => call.Provider == "openai").ToArray();
        Add(TelemetryCatalog.OpenAiCalls, Expectation.Sum("openai_api_calls_total", "model, endpoint, intent, stream", openAi, _ => 1,
            call => [call.Model, "chat/completions", "none", call.IsStream ? "true" : "false"]));
        Add(TelemetryCatalog.OpenAiDuration,
            Expectation.Sum("openai_api_duration_seconds_count", "model, endpoint", openAi, _ => 1, call => [call.Model, "chat/completions"]));
        Add(TelemetryCatalog.OpenAiTokens, Expectation.Sum("openai_tokens_used_sum", "model, type",
            openAi.SelectMany(call => new[]
            {
                (call.Model, Type: "prompt", Count: call.Usage.Input), (call.Model, Type: "completion", Count: call.Usage.Output),
                (call.Model, Type: "total", Count: call.Usage.Input + call.Usage.Output), (call.Model, Type: "cached", Count: call.Usage.CacheRead),
            }), part => part.Count, part => [part.Model, part.Type]));
        Add(TelemetryCatalog.OpenAiCost, Expectation.Sum("openai_cost_usd_sum", "model, intent", openAi, call => (double?)call.CostUsd, call => [call.Model, "none"]));
        Add(TelemetryCatalog.OpenAiTotalCost, Expectation.Sum("openai_total_cost_usd", "model", openAi, call => (double?)call.CostUsd, call => [call.Model]));
        Add(TelemetryCatalog.OpenAiErrors, Errors("openai_errors_total", "model, error_type", call => [call.Model, call.ErrorType], openAi));
        Add(TelemetryCatalog.McpAiRequests, Calls("mcp_ai_requests_total", "provider, model", _ => 1, call => [call.Provider, call.Model]));
        Add(TelemetryCatalog.McpAiDuration,
            Calls("mcp_ai_request_duration_seconds_count", "provider, model", _ => 1, call => [call.Provider, call.Model]),
            Records("mcp_ai_request_duration_seconds_sum", record => record.Duration.TotalSeconds));
        Add(TelemetryCatalog.McpAiTokens, Tokens("mcp_ai_tokens_total", "input", "output"));
        Add(TelemetryCatalog.McpAiCost, Cost("mcp_ai_cost_usd_total", "provider, model"));
    }

    void AddSemantic()
    {
        const string By = "gen_ai_operation_name, gen_ai_provider_name, gen_ai_request_model, gen_ai_response_model, server_address, server_port";
        Add(TelemetryCatalog.GenAiDuration, Calls("gen_ai_client_operation_duration_seconds_count", By + ", error_type", _ => 1, call => [.. Semantic(call), call.ErrorType]));
        Add(TelemetryCatalog.GenAiTokenUsage, Expectation.Sum("gen_ai_client_token_usage_sum", By + ", gen_ai_token_type",
            Parts("input", "output"), part => part.Count, part => [.. Semantic(part.Call), part.Type]));
        Add(TelemetryCatalog.GenAiTimeToFirstChunk,
            Calls("gen_ai_client_operation_time_to_first_chunk_seconds_count", By, call => call.IsStream ? 1 : 0, Semantic));
        Add(TelemetryCatalog.GenAiTimePerOutputChunk,
            Calls("gen_ai_client_operation_time_per_output_chunk_seconds_count", By, call => call.IsStream ? 1 : 0, Semantic));
    }

    void AddTools()
    {
        (string Tool, string Outcome)[] calls = [("echo", "success"), ("fail", "error")];
        var passed = calls.Zip(_app.Tools.Received.Skip(2), _app.Tools.Sent.Skip(2)).Select(call => (call.First.Tool, Request: call.Second, Answer: call.Third)).ToArray();
        const string By = "server_id, tool_name";
        Add(TelemetryCatalog.ToolSeconds, Expectation.Sum("mcp_tool_execute_seconds_count", By + ", outcome", calls, _ => 1, call => ["tools.test", call.Tool, call.Outcome]));
        Add(TelemetryCatalog.ToolErrors, Expectation.Sum("mcp_tool_errors_total", By + ", error_kind", ["fail"], _ => 1, tool => ["tools.test", tool, "execution"]));
        Add(TelemetryCatalog.ToolRequestBytes, Expectation.Sum("mcp_tool_request_bytes_sum", By, passed, call => Encoding.UTF8.GetByteCount(call.Request), call => ["tools.test", call.Tool]));
        Add(TelemetryCatalog.ToolResponseBytes, Expectation.Sum("mcp_tool_response_bytes_sum", By, passed, call => Encoding.UTF8.GetByteCount(call.Answer), call => ["tools.test", call.Tool]));
        Add(TelemetryCatalog.ToolSchemaBytes, Expectation.Sum("mcp_tool_schema_bytes", By, [CausedTools.SchemaBytes], size => size, _ => ["tools.test", "echo"]));
        Add(TelemetryCatalog.ServerConnections, Expectation.Sum("mcp_server_connections_active", "server_id", [1], one => one, _ => ["tools.test"]));
        Add(TelemetryCatalog.RegistryLookups, Expectation.Sum("mcp_tool_registry_lookup_seconds_count", "outcome", ["miss", "hit"], _ => 1, outcome => [outcome]));
        Add(TelemetryCatalog.FactorySeconds,
            Expectation.Sum("factory_create_seconds_count", "factory_type, name", [("tool", "answer"), ("provider", "tools"), ("provider", "llm")], _ => 1, made => [made.Item1, made.Item2]));
    }

    static string?[] Semantic(CausedCall call) =>
    [
        call.Provider == "gemini" ? "generate_content" : "chat", call.Provider == "gemini" ? "gcp.gemini" : call.Provider, call.Call.Request.Model, call.Call.Model,
        "127.0.0.1", call.Call.Request.Headers["Host"].Split(':')[1],
    ];

    void Add(MetricDefinition metric, params List<Expectation> expectations) => _byMetric.Add(metric.Name, expectations);

    Expectation Calls(string series, string by, Func<CausedCall, double?> value, Func<CausedCall, string?[]> key) => Expectation.Sum(series, by, _ended, value, key);

    /// <summary>Times, which no provider says: what the records say of them.</summary>
    Expectation Records(string series, Func<UsageRecord, double?> value) =>
        Expectation.Sum(series, "provider, model", _records, value, record => [record.Provider, record.ResponseModel ?? record.RequestModel]);

    Expectation Cost(string series, string by) => Calls(series, by, call => (double?)call.CostUsd, call => [call.Provider, call.Model]);

    static Expectation Errors(string series, string by, Func<CausedCall, string?[]> key, CausedCall[] calls) =>
        Expectation.Sum(series, by, calls, call => call.ErrorType is null ? 0 : 1, key);

    Expectation Tokens(string series, string input, string output) => Expectation.Sum(series, "provider, model, type",
        Parts(input, output), part => part.Count, part => [part.Call.Provider, part.Call.Model, part.Type]);

    IEnumerable<(CausedCall Call, string Type, long? Count)> Parts(string input, string output) =>
        _ended.SelectMany(call => new[] { (call, input, call.Usage.Input), (call, output, call.Usage.Output) });

    Expectation Details() => Expectation.Sum("llm_provider_token_details_total", "provider, model, direction, type",
        _ended.SelectMany(call => new (CausedCall Call, string Direction, string Type, long? Count)[]
        {
            (call, "prompt", "cache_read", call.Usage.CacheRead), (call, "prompt", "cache_write", call.CacheWrite),
            (call, "prompt", "uncached", call.Usage.Input - (call.Usage.CacheRead ?? 0) - call.CacheWrite),
            (call, "completion", "reasoning", call.Usage.Reasoning), (call, "completion", "text", call.Usage.Output - (call.Usage.Reasoning ?? 0)),
        }), part => part.Count, part => [part.Call.Provider, part.Call.Model, part.Direction, part.Type]);

    /// <summary>The calls that came right after a 429: the same request, sent again.</summary>
    IEnumerable<CausedCall> AfterRateLimit() => _ended.Zip(_ended.Skip(1)).Where(pair => pair.First.IsRateLimited).Select(pair => pair.Second);

    /// <summary>What the last answer that said so said in its headers.</summary>
    Expectation Limits(string series, string part) => Expectation.Sum(series, "provider, model, kind",
        from call in _ended
        from kind in new[] { "requests", "tokens", "input_tokens", "output_tokens" }
        let header = call.Provider == "openai" ? $"x-ratelimit-{part}-{kind}" : $"anthropic-ratelimit-{kind.Replace('_', '-')}-{part}"
        where call.Call.Headers.ContainsKey(header)
        group double.Parse(call.Call.Headers[header], CultureInfo.InvariantCulture) by (call.Provider, call.Model, kind),
        values => values.Last(), values => [values.Key.Provider, values.Key.Model, values.Key.kind]);
}
