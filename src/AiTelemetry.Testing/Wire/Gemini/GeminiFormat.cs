using System.Globalization;
using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.Gemini;

/// <summary>POST /v1beta/models/{model}:generateContent and :streamGenerateContent. The usage is in every chunk, and zeros are left out.</summary>
sealed class GeminiFormat : FakeFormat
{
    public override string PlainContentType => "application/json; charset=UTF-8";

    public override bool Matches(string path) =>
        path.EndsWith(":generateContent", StringComparison.Ordinal) || path.EndsWith(":streamGenerateContent", StringComparison.Ordinal);

    public override string? ModelOf(FakeRequest request)
    {
        var path = request.Path.AsSpan();
        var start = path.LastIndexOf('/') is var slash and >= 0 && path[..slash].EndsWith("/models", StringComparison.Ordinal) ? slash + 1 : -1;
        return start < 0 ? null : Uri.UnescapeDataString(path[start..(start + path[start..].IndexOf(':'))]);
    }

    public override bool IsStreaming(FakeRequest request) => request.Path.Contains(":streamGenerateContent", StringComparison.Ordinal);

    public override string StreamContentType(FakeExchange exchange) => IsSse(exchange.Request) ? "text/event-stream" : PlainContentType;

    public override string NewResponseId() => FakeId.Letters("", 22);

    public override FakePart Plain(FakeExchange exchange)
    {
        var parts = new JsonArray();
        if (exchange.Reply.Thinking is { } thinking)
            parts.Add((JsonNode)new JsonObject { ["text"] = thinking, ["thought"] = true });
        if (exchange.Text is { } text)
            parts.Add((JsonNode)new JsonObject { ["text"] = text });
        foreach (var call in exchange.Reply.ToolCalls)
            parts.Add((JsonNode)FunctionCall(call));
        var usage = SentUsage(exchange, exchange.Output - exchange.Reasoning);
        var body = JsonText.Indented(Chunk(exchange, parts, FinishReason(exchange), usage));
        return new FakePart(body + "\n") { IsContent = true, FinishReason = FinishReason(exchange), Usage = usage };
    }

    public override IEnumerable<FakePart> Stream(FakeExchange exchange)
    {
        var isSse = IsSse(exchange.Request);
        var isFirst = true;
        var candidates = exchange.Output - exchange.Reasoning;
        var sent = 0L;
        if (exchange.Reply.Thinking is { } thinking)
            yield return Frame(new JsonObject { ["text"] = thinking, ["thought"] = true }, null) with { IsContent = true };
        foreach (var piece in exchange.Pieces)
        {
            sent = Math.Min(candidates, sent + TextPieces.Tokens(piece.Length));
            yield return Frame(new JsonObject { ["text"] = piece }, null) with { IsContent = true };
        }
        foreach (var call in exchange.Reply.ToolCalls)
            yield return Frame(FunctionCall(call), null) with { IsContent = true };
        sent = candidates;
        yield return Frame(new JsonObject { ["text"] = "" }, FinishReason(exchange));
        if (!isSse)
            yield return new FakePart("]");

        FakePart Frame(JsonObject part, string? finishReason)
        {
            var usage = SentUsage(exchange, sent);
            var chunk = Chunk(exchange, [part], finishReason, usage);
            var text = isSse ? $"data: {JsonText.OneLine(chunk)}\r\n\r\n" : (isFirst ? "[" : ",\r\n") + JsonText.Indented(chunk) + "\n";
            isFirst = false;
            return new FakePart(text) { FinishReason = finishReason, Usage = usage };
        }
    }

    public override FakePart Error(FakeExchange exchange)
    {
        var (body, type) = ErrorBody(exchange, StatusOf(exchange.Reply.Status));
        var isArray = exchange.Request.IsStreaming && !IsSse(exchange.Request);
        return new FakePart(isArray ? $"[{JsonText.Indented(body)}\n]" : JsonText.Indented(body) + "\n") { ErrorType = type };
    }

    public override FakePart ErrorInsideStream(FakeExchange exchange)
    {
        var (body, type) = ErrorBody(exchange, 503);
        if (!exchange.Request.IsStreaming)
            return new FakePart(JsonText.Indented(body) + "\n") { ErrorType = type };
        if (IsSse(exchange.Request))
            return new FakePart($"data: {JsonText.OneLine(body)}\r\n\r\n") { ErrorType = type };
        var comesFirst = exchange.FaultAfter == 0;
        return new FakePart($"{(comesFirst ? "[" : ",\r\n")}{JsonText.Indented(body)}\n]") { ErrorType = type };
    }

    public override void AddHeaders(IDictionary<string, string> headers, FakeExchange exchange)
    {
        headers["server-timing"] = "gfet4t7; dur=12";
        headers["vary"] = "Origin, X-Origin, Referer";
        headers["x-content-type-options"] = "nosniff";
    }

    static bool IsSse(FakeRequest request) => request.Path.Contains("alt=sse", StringComparison.Ordinal);

    static string FinishReason(FakeExchange exchange) => exchange.Reply.FinishReason ?? "STOP";

    static JsonObject FunctionCall(FakeToolCall call)
    {
        var function = new JsonObject { ["name"] = call.Name, ["args"] = JsonText.Parse(call.Arguments) };
        if (call.Id is not null)
            function["id"] = call.Id;
        return new JsonObject { ["functionCall"] = function };
    }

    static JsonObject Chunk(FakeExchange exchange, JsonArray parts, string? finishReason, TokenUsage? usage)
    {
        var candidate = new JsonObject { ["content"] = new JsonObject { ["parts"] = parts, ["role"] = "model" } };
        if (finishReason is not null)
            candidate["finishReason"] = finishReason;
        candidate["index"] = 0;
        var chunk = new JsonObject { ["candidates"] = new JsonArray(candidate) };
        if (usage is { } tokens)
            chunk["usageMetadata"] = UsageMetadata(exchange, tokens);
        chunk["modelVersion"] = exchange.Model;
        chunk["responseId"] = exchange.ResponseId;
        return chunk;
    }

    static JsonObject UsageMetadata(FakeExchange exchange, TokenUsage usage)
    {
        var metadata = new JsonObject { ["promptTokenCount"] = exchange.Input };
        var candidates = usage.Output - (usage.Reasoning ?? 0);
        if (candidates > 0)
            metadata["candidatesTokenCount"] = candidates;
        metadata["totalTokenCount"] = exchange.Input + (usage.Output ?? 0);
        if (usage.CacheRead is { } cached)
            metadata["cachedContentTokenCount"] = cached;
        metadata["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = exchange.Input });
        if (usage.CacheRead is { } cachedText)
            metadata["cacheTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = cachedText });
        if (usage.Reasoning is { } thoughts)
            metadata["thoughtsTokenCount"] = thoughts;
        metadata["serviceTier"] = "standard";
        return metadata;
    }

    /// <summary>Zeros are not on the wire: they are <see langword="null"/> here too.</summary>
    static TokenUsage? SentUsage(FakeExchange exchange, long candidates) => exchange.Reply.IncludeUsage == false ? null : new()
    {
        Input = exchange.Input,
        Output = NullIfZero(candidates + exchange.Reasoning),
        CacheRead = NullIfZero(exchange.Cached),
        Reasoning = NullIfZero(exchange.Reasoning),
    };

    static long? NullIfZero(long count) => count == 0 ? null : count;

    static (JsonObject Body, string Type) ErrorBody(FakeExchange exchange, int status)
    {
        var facts = ErrorOf(status, exchange);
        var error = new JsonObject { ["code"] = status, ["message"] = facts.Message, ["status"] = facts.Type };
        if (exchange.Reply.RetryAfter is { } wait)
        {
            error["details"] = new JsonArray(new JsonObject
            {
                ["@type"] = "type.googleapis.com/google.rpc.RetryInfo",
                ["retryDelay"] = string.Create(CultureInfo.InvariantCulture, $"{(decimal)wait.TotalSeconds:0.#########}s"),
            });
        }
        return (new JsonObject { ["error"] = error }, facts.Type);
    }

    static FakeError ErrorOf(int status, FakeExchange exchange) => (status switch
    {
        401 => new FakeError("UNAUTHENTICATED", null, "Request had invalid authentication credentials."),
        403 => new FakeError("PERMISSION_DENIED", null, "Method doesn't allow unregistered callers."),
        404 => new FakeError("NOT_FOUND", null, $"models/{exchange.Model} is not found for API version v1beta, or is not supported for generateContent."),
        429 => new FakeError("RESOURCE_EXHAUSTED", null, "You exceeded your current quota, please check your plan and billing details."),
        503 => new FakeError("UNAVAILABLE", null, "The model is overloaded. Please try again later."),
        504 => new FakeError("DEADLINE_EXCEEDED", null, "Deadline expired before operation could complete."),
        < 500 => new FakeError("INVALID_ARGUMENT", null, "Request contains an invalid argument."),
        _ => new FakeError("INTERNAL", null, "An internal error has occurred."),
    }).With(exchange.Reply);
}
