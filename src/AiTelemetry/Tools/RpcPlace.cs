namespace AiTelemetry.Tools;

/// <summary>What a value stands for, by the path to it.</summary>
internal enum RpcPlace : byte
{
    None, Document, Message,
    Method, Id, Params, Result, Error,
    Name, Arguments, Meta, Related, Reason, Cursor,
    Token, TraceParent, TraceState,
    IsError, Contents, Content, ErrorText,
    Tools, Tool, ToolName, ToolDescription, ToolSchema,
    ErrorCode,
}

/// <summary>Which places lie inside which.</summary>
internal static class RpcPlaces
{
    public static bool HasKeys(RpcPlace place) =>
        place is RpcPlace.Message or RpcPlace.Params or RpcPlace.Meta or RpcPlace.Arguments or RpcPlace.Result or RpcPlace.Error or RpcPlace.Content or RpcPlace.Tool;

    public static RpcPlace Elements(RpcPlace array) => array switch
    {
        RpcPlace.Document => RpcPlace.Message,
        RpcPlace.Contents => RpcPlace.Content,
        RpcPlace.Tools => RpcPlace.Tool,
        _ => RpcPlace.None,
    };

    public static RpcPlace Child(RpcPlace owner, ReadOnlySpan<byte> key) => owner switch
    {
        RpcPlace.Message => key.SequenceEqual("method"u8) ? RpcPlace.Method
            : key.SequenceEqual("id"u8) ? RpcPlace.Id
            : key.SequenceEqual("params"u8) ? RpcPlace.Params
            : key.SequenceEqual("result"u8) ? RpcPlace.Result
            : key.SequenceEqual("error"u8) ? RpcPlace.Error : RpcPlace.None,
        RpcPlace.Params => key.SequenceEqual("name"u8) ? RpcPlace.Name
            : key.SequenceEqual("arguments"u8) ? RpcPlace.Arguments
            : key.SequenceEqual("_meta"u8) ? RpcPlace.Meta
            : key.SequenceEqual("requestId"u8) || key.SequenceEqual("progressToken"u8) ? RpcPlace.Related
            : key.SequenceEqual("reason"u8) ? RpcPlace.Reason
            : key.SequenceEqual("cursor"u8) ? RpcPlace.Cursor : RpcPlace.None,
        RpcPlace.Meta => key.SequenceEqual("progressToken"u8) ? RpcPlace.Token
            : key.SequenceEqual("traceparent"u8) ? RpcPlace.TraceParent
            : key.SequenceEqual("tracestate"u8) ? RpcPlace.TraceState : RpcPlace.None,
        RpcPlace.Result => key.SequenceEqual("isError"u8) ? RpcPlace.IsError
            : key.SequenceEqual("content"u8) ? RpcPlace.Contents
            : key.SequenceEqual("tools"u8) ? RpcPlace.Tools : RpcPlace.None,
        RpcPlace.Error => key.SequenceEqual("code"u8) ? RpcPlace.ErrorCode : RpcPlace.None,
        RpcPlace.Content => key.SequenceEqual("text"u8) ? RpcPlace.ErrorText : RpcPlace.None,
        RpcPlace.Tool => key.SequenceEqual("name"u8) ? RpcPlace.ToolName
            : key.SequenceEqual("description"u8) ? RpcPlace.ToolDescription
            : key.SequenceEqual("inputSchema"u8) ? RpcPlace.ToolSchema : RpcPlace.None,
        _ => RpcPlace.None,
    };
}
