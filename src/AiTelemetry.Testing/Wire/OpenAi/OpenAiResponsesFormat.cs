using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>POST /v1/responses. Every event is numbered; the usage comes only in the last one, inside the whole answer.</summary>
sealed class OpenAiResponsesFormat : OpenAiFormat
{
    public override bool Matches(string path) => path.EndsWith("/responses", StringComparison.Ordinal);

    public override string NewResponseId() => FakeId.Hex("resp_", 50);

    public override FakePart Plain(FakeExchange exchange)
    {
        var output = new JsonArray([.. Items(exchange).Select(item => item.Done(Status(exchange)))]);
        return new FakePart(JsonText.Indented(Answer(exchange, Status(exchange), output)))
        {
            IsContent = true,
            FinishReason = Status(exchange),
            Usage = SentUsage(exchange),
        };
    }

    public override IEnumerable<FakePart> Stream(FakeExchange exchange)
    {
        var number = 0;
        yield return Lifecycle("response.created", "in_progress", []);
        yield return Lifecycle("response.in_progress", "in_progress", []);
        var output = new JsonArray();
        foreach (var item in Items(exchange))
        {
            foreach (var step in item.Events(output.Count, Status(exchange), () => Obfuscation(number)))
                yield return Event(step.Data) with { IsContent = step.IsContent };
            output.Add(item.Done(Status(exchange)));
        }
        var last = Status(exchange) == "completed" ? "response.completed" : "response.incomplete";
        yield return Lifecycle(last, Status(exchange), output) with { FinishReason = Status(exchange), Usage = SentUsage(exchange) };

        FakePart Lifecycle(string type, string status, JsonArray items) => Event(new() { ["type"] = type, ["response"] = Answer(exchange, status, items) });

        FakePart Event(JsonObject data)
        {
            data["sequence_number"] = number++;
            return new FakePart(JsonText.Event((string)data["type"]!, data));
        }
    }

    /// <summary>OpenAI sends an error event and then the failed answer; the numbers go on from where the stream stopped, which does not matter to readers.</summary>
    public override FakePart ErrorInsideStream(FakeExchange exchange)
    {
        var error = ErrorOf(500, exchange);
        var failed = Answer(exchange, "failed", []);
        failed["usage"] = null;
        failed["error"] = new JsonObject { ["code"] = error.Code ?? "server_error", ["message"] = error.Message };
        if (!exchange.Request.IsStreaming)
            return new FakePart(JsonText.Indented(failed)) { ErrorType = error.Code ?? "server_error", FinishReason = "failed" };
        var errorEvent = new JsonObject
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = error.Type, ["code"] = error.Code, ["message"] = error.Message, ["param"] = null },
            ["sequence_number"] = exchange.FaultAfter + 4,
        };
        var failedEvent = new JsonObject { ["type"] = "response.failed", ["response"] = failed, ["sequence_number"] = exchange.FaultAfter + 5 };
        return new FakePart(JsonText.Event("error", errorEvent) + JsonText.Event("response.failed", failedEvent)) { ErrorType = error.Type };
    }

    static string Status(FakeExchange exchange) => exchange.Reply.FinishReason is null or "completed" ? "completed" : "incomplete";

    static IEnumerable<ResponsesItem> Items(FakeExchange exchange)
    {
        if (exchange.Reply.Thinking is { } thinking)
            yield return new ResponsesReasoning(thinking);
        if (exchange.HasText)
            yield return new ResponsesMessage(exchange.Text ?? "", exchange.Pieces);
        foreach (var call in exchange.Reply.ToolCalls)
            yield return new ResponsesToolCall(call);
    }

    static JsonObject Answer(FakeExchange exchange, string status, JsonArray output) => new()
    {
        ["id"] = exchange.ResponseId,
        ["object"] = "response",
        ["created_at"] = exchange.Created,
        ["status"] = status,
        ["background"] = false,
        ["completed_at"] = status == "completed" ? exchange.Created : null,
        ["error"] = null,
        ["frequency_penalty"] = 0.0,
        ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = exchange.Reply.FinishReason } : null,
        ["instructions"] = null,
        ["max_output_tokens"] = null,
        ["max_tool_calls"] = null,
        ["model"] = exchange.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = true,
        ["presence_penalty"] = 0.0,
        ["previous_response_id"] = null,
        ["prompt_cache_key"] = null,
        ["prompt_cache_retention"] = null,
        ["reasoning"] = new JsonObject { ["effort"] = null, ["summary"] = null },
        ["safety_identifier"] = null,
        ["service_tier"] = status == "in_progress" ? "auto" : "default",
        ["store"] = true,
        ["temperature"] = 1.0,
        ["text"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "text" }, ["verbosity"] = "medium" },
        ["tool_choice"] = "auto",
        ["tools"] = exchange.Request.Member("tools") is { } tools ? JsonNode.Parse(tools.GetRawText()) : new JsonArray(),
        ["top_logprobs"] = 0,
        ["top_p"] = 1.0,
        ["truncation"] = "disabled",
        ["usage"] = status == "in_progress" || exchange.Reply.IncludeUsage == false ? null : Usage(exchange),
        ["user"] = null,
        ["metadata"] = new JsonObject(),
    };

    static JsonObject Usage(FakeExchange exchange)
    {
        var inputDetails = new JsonObject { ["cached_tokens"] = exchange.Cached };
        if (exchange.Reply.CacheWriteTokens is { } written)
            inputDetails.Insert(0, "cache_write_tokens", written);
        return new JsonObject
        {
            ["input_tokens"] = exchange.Input,
            ["input_tokens_details"] = inputDetails,
            ["output_tokens"] = exchange.Output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = exchange.Reasoning },
            ["total_tokens"] = exchange.Input + exchange.Output,
        };
    }

    static TokenUsage? SentUsage(FakeExchange exchange) => exchange.Reply.IncludeUsage == false ? null : new()
    {
        Input = exchange.Input,
        Output = exchange.Output,
        CacheRead = exchange.Cached,
        CacheWrite = exchange.Reply.CacheWriteTokens,
        Reasoning = exchange.Reasoning,
    };
}
