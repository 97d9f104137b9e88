using System.Globalization;
using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.Anthropic;

/// <summary>POST /v1/messages. Input on the wire is without the cached tokens; the deltas' usage is cumulative.</summary>
sealed class AnthropicFormat : FakeFormat
{
    const int RequestLimit = 4_000;
    const int InputLimit = 2_000_000;
    const int OutputLimit = 400_000;

    public override bool Matches(string path) => path.EndsWith("/messages", StringComparison.Ordinal);

    public override int StatusOf(int status) => status;

    public override string NewResponseId() => FakeId.Letters("msg_01", 22);

    public override FakePart Plain(FakeExchange exchange)
    {
        var message = Message(exchange, new JsonArray([.. AnthropicBlock.Of(exchange).Select(block => block.Whole())]), StopReason(exchange), exchange.Output);
        return new FakePart(JsonText.Compact(message))
        {
            IsContent = true,
            FinishReason = StopReason(exchange),
            Usage = SentUsage(exchange, exchange.Output, withReasoning: true),
        };
    }

    public override IEnumerable<FakePart> Stream(FakeExchange exchange)
    {
        var number = 0;
        var start = new JsonObject { ["message"] = Message(exchange, [], stopReason: null, output: 1) };
        yield return Event("message_start", start) with { Usage = SentUsage(exchange, 1, withReasoning: false) };
        var index = 0;
        foreach (var block in AnthropicBlock.Of(exchange))
        {
            yield return Event("content_block_start", new() { ["index"] = index, ["content_block"] = block.Start() });
            if (index == 0)
                yield return new FakePart("event: ping\ndata: {\"type\": \"ping\"}\n\n");
            foreach (var (delta, isContent) in block.Deltas())
                yield return Event("content_block_delta", new() { ["index"] = index, ["delta"] = delta }) with { IsContent = isContent };
            yield return Event("content_block_stop", new() { ["index"] = index });
            index++;
        }
        var stop = new JsonObject { ["delta"] = new JsonObject { ["stop_reason"] = StopReason(exchange), ["stop_sequence"] = null } };
        if (exchange.Reply.IncludeUsage != false)
            stop["usage"] = DeltaUsage(exchange);
        yield return Event("message_delta", stop) with { FinishReason = StopReason(exchange), Usage = SentUsage(exchange, exchange.Output, withReasoning: true) };
        yield return Event("message_stop", []);

        // Anthropic pads each event with spaces before its last brace, so that its length says nothing.
        FakePart Event(string type, JsonObject data)
        {
            data.Insert(0, "type", type);
            var json = JsonText.Compact(data);
            return new FakePart($"event: {type}\ndata: {json[..^1]}{new string(' ', number++ * 5 % 14)}}}\n\n");
        }
    }

    public override FakePart Error(FakeExchange exchange)
    {
        var error = ErrorOf(exchange.Reply.Status, exchange);
        var body = ErrorBody(error);
        body["request_id"] = RequestId(exchange);
        return new FakePart(JsonText.Compact(body)) { ErrorType = error.Type };
    }

    public override FakePart ErrorInsideStream(FakeExchange exchange)
    {
        var error = ErrorOf(529, exchange);
        var body = JsonText.Compact(ErrorBody(error));
        return new FakePart(exchange.Request.IsStreaming ? $"event: error\ndata: {body}\n\n" : body) { ErrorType = error.Type };
    }

    public override void AddHeaders(IDictionary<string, string> headers, FakeExchange exchange)
    {
        var status = exchange.Reply.Status;
        var limited = status == 429;
        headers["request-id"] = RequestId(exchange);
        headers["anthropic-organization-id"] = "00000000-0000-4000-8000-000000000000";
        if (status >= 400)
            headers["x-should-retry"] = status is 408 or 409 or 429 or >= 500 ? "true" : "false";
        if (exchange.Reply.RetryAfter is { } wait)
            headers["retry-after"] = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (status is 401 or >= 500)
            return;
        var reset = exchange.Now + (limited ? exchange.Reply.RetryAfter ?? TimeSpan.Zero : TimeSpan.Zero);
        Add("requests", RequestLimit, limited ? 0 : RequestLimit - 1);
        Add("input-tokens", InputLimit, Math.Max(0, InputLimit - exchange.PlainInput));
        Add("output-tokens", OutputLimit, OutputLimit);
        Add("tokens", InputLimit + OutputLimit, Math.Max(0, InputLimit + OutputLimit - exchange.PlainInput));

        void Add(string what, long limit, long remaining)
        {
            headers[$"anthropic-ratelimit-{what}-limit"] = limit.ToString(CultureInfo.InvariantCulture);
            headers[$"anthropic-ratelimit-{what}-remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
            headers[$"anthropic-ratelimit-{what}-reset"] = reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The header and the error body carry one and the same id: it is made from the answer's.</summary>
    static string RequestId(FakeExchange exchange) => "req_01" + exchange.ResponseId[^Math.Min(22, exchange.ResponseId.Length)..];

    static string StopReason(FakeExchange exchange) => exchange.Reply.FinishReason ?? (exchange.Reply.ToolCalls.Count > 0 ? "tool_use" : "end_turn");

    static JsonObject Message(FakeExchange exchange, JsonArray content, string? stopReason, long output)
    {
        var message = new JsonObject
        {
            ["model"] = exchange.Model,
            ["id"] = exchange.ResponseId,
            ["type"] = "message",
            ["role"] = "assistant",
            ["content"] = content,
            ["stop_reason"] = stopReason,
            ["stop_sequence"] = null,
        };
        if (exchange.Reply.IncludeUsage != false)
            message["usage"] = MessageUsage(exchange, output, whole: stopReason is not null);
        return message;
    }

    static JsonObject MessageUsage(FakeExchange exchange, long output, bool whole)
    {
        var usage = InputUsage(exchange);
        usage["cache_creation"] = new JsonObject
        {
            ["ephemeral_5m_input_tokens"] = exchange.CacheWrite,
            ["ephemeral_1h_input_tokens"] = exchange.CacheWrite1h,
        };
        usage["output_tokens"] = output;
        if (whole && exchange.Reply.ReasoningTokens is { } thinking)
            usage["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = thinking };
        usage["service_tier"] = "standard";
        usage["inference_geo"] = "not_available";
        return usage;
    }

    static JsonObject DeltaUsage(FakeExchange exchange)
    {
        var usage = InputUsage(exchange);
        usage["output_tokens"] = exchange.Output;
        if (exchange.Reply.ReasoningTokens is { } thinking)
            usage["output_tokens_details"] = new JsonObject { ["thinking_tokens"] = thinking };
        return usage;
    }

    static JsonObject InputUsage(FakeExchange exchange) => new()
    {
        ["input_tokens"] = exchange.PlainInput,
        ["cache_creation_input_tokens"] = exchange.CacheWrite + exchange.CacheWrite1h,
        ["cache_read_input_tokens"] = exchange.Cached,
    };

    static TokenUsage? SentUsage(FakeExchange exchange, long output, bool withReasoning) => exchange.Reply.IncludeUsage == false ? null : new()
    {
        Input = exchange.Input,
        Output = output,
        CacheRead = exchange.Cached,
        CacheWrite = exchange.CacheWrite,
        CacheWrite1h = exchange.CacheWrite1h,
        Reasoning = withReasoning ? exchange.Reply.ReasoningTokens : null,
    };

    static FakeError ErrorOf(int status, FakeExchange exchange) => (status switch
    {
        401 => new FakeError("authentication_error", null, "invalid x-api-key"),
        403 => new FakeError("permission_error", null, "Your API key does not have permission to use the specified resource."),
        404 => new FakeError("not_found_error", null, $"model: {exchange.Model}"),
        408 or 504 => new FakeError("timeout_error", null, "Request timed out"),
        413 => new FakeError("request_too_large", null, "Request exceeds the maximum size"),
        429 => new FakeError("rate_limit_error", null, $"This request would exceed your organization's rate limit of {RequestLimit} requests per minute."),
        529 => new FakeError("overloaded_error", null, "Overloaded"),
        < 500 => new FakeError("invalid_request_error", null, "messages: Field required"),
        _ => new FakeError("api_error", null, "Internal server error"),
    }).With(exchange.Reply);

    static JsonObject ErrorBody(FakeError error) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = error.Type, ["message"] = error.Message },
    };
}
