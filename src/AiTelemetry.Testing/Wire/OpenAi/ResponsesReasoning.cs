using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>The summary of its reasoning that a Responses answer starts with.</summary>
sealed class ResponsesReasoning(string thinking) : ResponsesItem(FakeId.Hex("rs_", 50))
{
    public override JsonObject Done(string status) => Item([Part(thinking)]);

    protected override JsonObject Added() => Item([]);

    protected override IEnumerable<(JsonObject Data, bool IsContent)> Inner(int index, Func<string> obfuscation)
    {
        yield return (Step("response.reasoning_summary_part.added", index, "part", Part("")), false);
        foreach (var piece in TextPieces.Split(thinking, null))
        {
            var delta = Step("response.reasoning_summary_text.delta", index, "delta", piece);
            delta["obfuscation"] = obfuscation();
            yield return (delta, true);
        }
        yield return (Step("response.reasoning_summary_text.done", index, "text", thinking), false);
        yield return (Step("response.reasoning_summary_part.done", index, "part", Part(thinking)), false);
    }

    JsonObject Step(string type, int index, string name, JsonNode value) => new()
    {
        ["type"] = type,
        ["item_id"] = Id,
        ["output_index"] = index,
        ["summary_index"] = 0,
        [name] = value,
    };

    JsonObject Item(JsonArray summary) => new() { ["id"] = Id, ["type"] = "reasoning", ["summary"] = summary };

    static JsonObject Part(string text) => new() { ["type"] = "summary_text", ["text"] = text };
}
