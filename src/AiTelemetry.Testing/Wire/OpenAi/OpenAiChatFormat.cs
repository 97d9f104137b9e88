using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>POST /v1/chat/completions of OpenAI and of everyone who copied it.</summary>
sealed class OpenAiChatFormat : OpenAiFormat
{
    const string Fingerprint = "fp_0000000000";

    public override bool Matches(string path) => path.EndsWith("/chat/completions", StringComparison.Ordinal);

    public override string NewResponseId() => FakeId.Letters("chatcmpl-", 29);

    public override FakePart Plain(FakeExchange exchange)
    {
        var reply = exchange.Reply;
        var message = new JsonObject { ["role"] = "assistant", ["content"] = exchange.Text };
        if (reply.ToolCalls.Count > 0)
            message["tool_calls"] = new JsonArray([.. reply.ToolCalls.Select(ToolCall)]);
        message["refusal"] = null;
        message["annotations"] = new JsonArray();
        var body = new JsonObject
        {
            ["id"] = exchange.ResponseId,
            ["object"] = "chat.completion",
            ["created"] = exchange.Created,
            ["model"] = exchange.Model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = FinishReason(exchange) }),
        };
        if (reply.IncludeUsage != false)
            body["usage"] = Usage(exchange);
        body["service_tier"] = "default";
        body["system_fingerprint"] = Fingerprint;
        return new FakePart(JsonText.Indented(body) + "\n")
        {
            IsContent = true,
            FinishReason = FinishReason(exchange),
            Usage = reply.IncludeUsage != false ? SentUsage(exchange) : null,
        };
    }

    public override IEnumerable<FakePart> Stream(FakeExchange exchange)
    {
        var withUsage = exchange.Reply.IncludeUsage ?? AsksForUsage(exchange.Request);
        var number = 0;
        yield return Chunk(new JsonObject { ["role"] = "assistant", ["content"] = exchange.HasText ? "" : null, ["refusal"] = null });
        foreach (var piece in exchange.Pieces)
            yield return Chunk(new JsonObject { ["content"] = piece }) with { IsContent = true };
        for (var i = 0; i < exchange.Reply.ToolCalls.Count; i++)
        {
            foreach (var delta in ToolCallDeltas(exchange.Reply.ToolCalls[i], i))
                yield return Chunk(new JsonObject { ["tool_calls"] = new JsonArray(delta) }) with { IsContent = true };
        }
        yield return Chunk(new JsonObject(), FinishReason(exchange)) with { FinishReason = FinishReason(exchange) };
        if (withUsage)
            yield return Event(Envelope([], Usage(exchange))) with { Usage = SentUsage(exchange) };
        yield return new FakePart("data: [DONE]\n\n");

        FakePart Chunk(JsonObject delta, string? finishReason = null) => Event(Envelope(
            [new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finishReason }], usage: null));

        FakePart Event(JsonObject chunk) => new($"data: {JsonText.Compact(chunk)}\n\n");

        JsonObject Envelope(JsonArray choices, JsonObject? usage)
        {
            var chunk = new JsonObject
            {
                ["id"] = exchange.ResponseId,
                ["object"] = "chat.completion.chunk",
                ["created"] = exchange.Created,
                ["model"] = exchange.Model,
                ["service_tier"] = "default",
                ["system_fingerprint"] = Fingerprint,
                ["choices"] = choices,
            };
            if (withUsage)
                chunk["usage"] = usage;
            chunk["obfuscation"] = Obfuscation(number++);
            return chunk;
        }
    }

    public override FakePart ErrorInsideStream(FakeExchange exchange)
    {
        var error = ErrorOf(500, exchange);
        var body = JsonText.Compact(ErrorBody(error));
        return new FakePart(exchange.Request.IsStreaming ? $"data: {body}\n\n" : body) { ErrorType = error.Type };
    }

    static string FinishReason(FakeExchange exchange) => exchange.Reply.FinishReason ?? (exchange.Reply.ToolCalls.Count > 0 ? "tool_calls" : "stop");

    static bool AsksForUsage(FakeRequest request) =>
        request.Member("stream_options") is { ValueKind: JsonValueKind.Object } options
        && options.TryGetProperty("include_usage", out var include)
        && include.ValueKind == JsonValueKind.True;

    static JsonObject ToolCall(FakeToolCall call) => new()
    {
        ["id"] = call.Id ?? FakeId.Letters("call_", 24),
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
    };

    /// <summary>First id and name with empty arguments, then the arguments piece by piece.</summary>
    static IEnumerable<JsonObject> ToolCallDeltas(FakeToolCall call, int index)
    {
        var first = ToolCall(call with { Arguments = "" });
        first.Insert(0, "index", index);
        yield return first;
        foreach (var piece in TextPieces.Split(call.Arguments, (call.Arguments.Length + 7) / 8))
            yield return new JsonObject { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = piece } };
    }

    static JsonObject Usage(FakeExchange exchange)
    {
        var promptDetails = new JsonObject { ["cached_tokens"] = exchange.Cached, ["audio_tokens"] = 0 };
        if (exchange.Reply.CacheWriteTokens is { } written)
            promptDetails["cache_write_tokens"] = written;
        return new JsonObject
        {
            ["prompt_tokens"] = exchange.Input,
            ["completion_tokens"] = exchange.Output,
            ["total_tokens"] = exchange.Input + exchange.Output,
            ["prompt_tokens_details"] = promptDetails,
            ["completion_tokens_details"] = new JsonObject
            {
                ["reasoning_tokens"] = exchange.Reasoning,
                ["audio_tokens"] = 0,
                ["accepted_prediction_tokens"] = 0,
                ["rejected_prediction_tokens"] = 0,
            },
        };
    }

    static TokenUsage SentUsage(FakeExchange exchange) => new()
    {
        Input = exchange.Input,
        Output = exchange.Output,
        CacheRead = exchange.Cached,
        CacheWrite = exchange.Reply.CacheWriteTokens,
        Reasoning = exchange.Reasoning,
        AudioInput = 0,
        AudioOutput = 0,
    };
}
