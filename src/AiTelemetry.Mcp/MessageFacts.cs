using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiTelemetry.Tools;
using ModelContextProtocol.Protocol;

namespace AiTelemetry.Mcp;

/// <summary>Says of the SDK's messages what <see cref="JsonRpcReader"/> reads from bytes, so that both doors count alike.</summary>
internal static class MessageFacts
{
    /// <summary>Sizes are those of the text on the wire: as servers write it, without white space, letters unescaped.</summary>
    static readonly JsonSerializerOptions AsOnTheWire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is known of a message; null where nothing depends on it.</summary>
    public static RpcMessage? Of(JsonRpcMessage message) => message switch
    {
        JsonRpcRequest { Method: RequestMethods.ToolsCall } request => Call(request),
        JsonRpcRequest { Method: RequestMethods.ToolsList } request => new RpcMessage
        {
            Kind = RpcKind.Request,
            Method = RpcMethod.ToolsList,
            Id = Id(request.Id),
            HasCursor = request.Params?["cursor"] is not null,
        },
        JsonRpcNotification { Method: NotificationMethods.CancelledNotification } cancelled => new RpcMessage
        {
            Kind = RpcKind.Notification,
            Method = RpcMethod.Cancelled,
            Related = Id(cancelled.Params?["requestId"]),
            Hint = RpcWords.SpeaksOfTime(Text(cancelled.Params?["reason"])) ? RpcHint.TimedOut : RpcHint.None,
        },
        JsonRpcNotification { Method: NotificationMethods.ProgressNotification } progress => new RpcMessage
        {
            Kind = RpcKind.Notification,
            Method = RpcMethod.Progress,
            Related = Id(progress.Params?["progressToken"]),
        },
        JsonRpcError error => new RpcMessage { Kind = RpcKind.Error, Id = Id(error.Id), ErrorCode = error.Error.Code },
        JsonRpcResponse response => Result(response),
        _ => null,
    };

    /// <summary>The hint that the first words of a failed result give.</summary>
    public static RpcHint HintOf(string? text) => text is null ? RpcHint.None : RpcWords.HintOf(Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, 48)]));

    static RpcMessage Call(JsonRpcRequest request) => new()
    {
        Kind = RpcKind.Request,
        Method = RpcMethod.ToolsCall,
        Id = Id(request.Id),
        Tool = Text(request.Params?["name"]),
        Arguments = (request.Params?["arguments"] as JsonObject)?.Count ?? 0,
        ProgressToken = Id(request.Params?["_meta"]?["progressToken"]),
    };

    static RpcMessage Result(JsonRpcResponse response)
    {
        var facts = new RpcMessage { Kind = RpcKind.Result, Id = Id(response.Id) };
        if (response.Result is not JsonObject result)
            return facts;
        if (result["isError"]?.GetValueKind() == JsonValueKind.True)
        {
            facts.IsError = true;
            if (result["content"] is JsonArray { Count: > 0 } content)
                facts.Hint = HintOf(Text((content[0] as JsonObject)?["text"]));
        }
        if (result["tools"] is not JsonArray tools)
            return facts;
        foreach (var tool in tools)
        {
            if (tool is JsonObject listed && Text(listed["name"]) is { } name)
                facts.Tools.Add(new ToolSize(name, Size(listed["name"]) + Size(listed["description"]) + Size(listed["inputSchema"])));
        }
        return facts;
    }

    static long Size(JsonNode? node) => node is null ? 0 : Encoding.UTF8.GetByteCount(node.ToJsonString(AsOnTheWire));

    static RpcId Id(RequestId id) => id.Id switch
    {
        long number => RpcId.Of(number),
        string text => RpcId.Of(Encoding.UTF8.GetBytes(text), isText: true, text.Length, 0),
        _ => default,
    };

    static RpcId Id(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number when node.AsValue().TryGetValue(out long number) => RpcId.Of(number),
        JsonValueKind.String => RpcId.Of(Encoding.UTF8.GetBytes(node.GetValue<string>()), isText: true, 0, 0),
        _ => default,
    };

    static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
