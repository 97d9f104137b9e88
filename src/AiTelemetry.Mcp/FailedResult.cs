using System.Text.Json;
using AiTelemetry.Tools;
using ModelContextProtocol.Protocol;

namespace AiTelemetry.Mcp;

/// <summary>Reads from what a tool returned whether it failed. The SDK hands a failed result on as its JSON.</summary>
internal static class FailedResult
{
    /// <summary>The kind of failure; null where it is none.</summary>
    public static string? KindOf(object? result) => result switch
    {
        CallToolResult { IsError: true } failed => RpcWords.KindOf(MessageFacts.HintOf((failed.Content is [TextContentBlock text, ..]) ? text.Text : null)),
        JsonElement { ValueKind: JsonValueKind.Object } json when json.TryGetProperty("isError", out var failed) && failed.ValueKind == JsonValueKind.True
            => RpcWords.KindOf(MessageFacts.HintOf(TextOf(json))),
        _ => null,
    };

    static string? TextOf(JsonElement result) =>
        result.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array && content.GetArrayLength() > 0
        && content[0].ValueKind == JsonValueKind.Object && content[0].TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
