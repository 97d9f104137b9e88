using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.Anthropic;

/// <summary>One content block of an Anthropic message, whole and as the deltas it is streamed in.</summary>
sealed class AnthropicBlock
{
    readonly JsonObject _start;
    readonly JsonObject _whole;
    readonly IEnumerable<(JsonObject Delta, bool IsContent)> _deltas;

    AnthropicBlock(JsonObject start, JsonObject whole, IEnumerable<(JsonObject Delta, bool IsContent)> deltas) => (_start, _whole, _deltas) = (start, whole, deltas);

    public static IEnumerable<AnthropicBlock> Of(FakeExchange exchange)
    {
        if (exchange.Reply.Thinking is { } thinking)
            yield return Thinking(thinking);
        if (exchange.HasText)
            yield return Text(exchange.Text ?? "", exchange.Pieces);
        foreach (var call in exchange.Reply.ToolCalls)
            yield return ToolUse(call);
    }

    public JsonNode Whole() => _whole;

    public JsonNode Start() => _start;

    public IEnumerable<(JsonObject Delta, bool IsContent)> Deltas() => _deltas;

    static AnthropicBlock Text(string text, IEnumerable<string> pieces) => new(
        new() { ["type"] = "text", ["text"] = "" },
        new() { ["type"] = "text", ["text"] = text },
        pieces.Select(piece => (new JsonObject { ["type"] = "text_delta", ["text"] = piece }, true)));

    static AnthropicBlock Thinking(string thinking)
    {
        var signature = FakeId.Letters("", 64);
        return new(
            new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
            new() { ["type"] = "thinking", ["thinking"] = thinking, ["signature"] = signature },
            TextPieces.Split(thinking, null).Select(piece => (new JsonObject { ["type"] = "thinking_delta", ["thinking"] = piece }, true))
                .Append((new JsonObject { ["type"] = "signature_delta", ["signature"] = signature }, false)));
    }

    static AnthropicBlock ToolUse(FakeToolCall call)
    {
        var id = call.Id ?? FakeId.Letters("toolu_01", 22);
        return new(
            new() { ["type"] = "tool_use", ["id"] = id, ["name"] = call.Name, ["input"] = new JsonObject() },
            new() { ["type"] = "tool_use", ["id"] = id, ["name"] = call.Name, ["input"] = JsonText.Parse(call.Arguments) },
            TextPieces.Split(call.Arguments, (call.Arguments.Length + 7) / 8).Prepend("")
                .Select(piece => (new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece }, piece.Length > 0)));
    }
}
