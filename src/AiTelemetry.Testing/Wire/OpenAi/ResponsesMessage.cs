using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>The text of a Responses answer.</summary>
sealed class ResponsesMessage(string text, IEnumerable<string> pieces) : ResponsesItem(FakeId.Hex("msg_", 50))
{
    public override JsonObject Done(string status) => Item(status, [Part(text)]);

    protected override JsonObject Added() => Item("in_progress", []);

    protected override IEnumerable<(JsonObject Data, bool IsContent)> Inner(int index, Func<string> obfuscation)
    {
        yield return (new()
        {
            ["type"] = "response.content_part.added",
            ["content_index"] = 0,
            ["item_id"] = Id,
            ["output_index"] = index,
            ["part"] = Part(""),
        }, false);
        foreach (var piece in pieces)
        {
            yield return (new()
            {
                ["type"] = "response.output_text.delta",
                ["content_index"] = 0,
                ["delta"] = piece,
                ["item_id"] = Id,
                ["logprobs"] = new JsonArray(),
                ["obfuscation"] = obfuscation(),
                ["output_index"] = index,
            }, true);
        }
        yield return (new()
        {
            ["type"] = "response.output_text.done",
            ["content_index"] = 0,
            ["item_id"] = Id,
            ["logprobs"] = new JsonArray(),
            ["output_index"] = index,
            ["text"] = text,
        }, false);
        yield return (new()
        {
            ["type"] = "response.content_part.done",
            ["content_index"] = 0,
            ["item_id"] = Id,
            ["output_index"] = index,
            ["part"] = Part(text),
        }, false);
    }

    JsonObject Item(string status, JsonArray content) => new()
    {
        ["id"] = Id,
        ["type"] = "message",
        ["status"] = status,
        ["content"] = content,
        ["role"] = "assistant",
    };

    static JsonObject Part(string text) => new()
    {
        ["type"] = "output_text",
        ["annotations"] = new JsonArray(),
        ["logprobs"] = new JsonArray(),
        ["text"] = text,
    };
}
