using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Wire.OpenAi;

/// <summary>A function call of a Responses answer.</summary>
sealed class ResponsesToolCall(FakeToolCall call) : ResponsesItem(FakeId.Hex("fc_", 50))
{
    readonly string _callId = call.Id ?? FakeId.Letters("call_", 24);

    public override JsonObject Done(string status) => Item("completed", call.Arguments);

    protected override JsonObject Added() => Item("in_progress", "");

    protected override IEnumerable<(JsonObject Data, bool IsContent)> Inner(int index, Func<string> obfuscation)
    {
        foreach (var piece in TextPieces.Split(call.Arguments, (call.Arguments.Length + 7) / 8))
        {
            yield return (new()
            {
                ["type"] = "response.function_call_arguments.delta",
                ["delta"] = piece,
                ["item_id"] = Id,
                ["obfuscation"] = obfuscation(),
                ["output_index"] = index,
            }, true);
        }
        yield return (new()
        {
            ["type"] = "response.function_call_arguments.done",
            ["arguments"] = call.Arguments,
            ["item_id"] = Id,
            ["output_index"] = index,
        }, false);
    }

    JsonObject Item(string status, string arguments) => new()
    {
        ["id"] = Id,
        ["type"] = "function_call",
        ["status"] = status,
        ["arguments"] = arguments,
        ["call_id"] = _callId,
        ["name"] = call.Name,
    };
}
