using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>What servers and clients put into words or codes where the protocol has no field: how a call failed, why one was taken back.</summary>
internal static class RpcWords
{
    /// <summary>
    /// The first words of failed results that mean a refused call. Servers answer unknown tools and arguments that do not fit as results with
    /// <c>isError</c>, so that the model sees them (<see href="https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling"/>): the
    /// TypeScript SDK with its error of that code as text, the Python SDK in words of its own.
    /// </summary>
    public static RpcHint HintOf(ReadOnlySpan<byte> text) =>
        text.StartsWith("MCP error -32602"u8) || text.StartsWith("MCP error -32601"u8) || text.StartsWith("MCP error -32600"u8)
        || text.StartsWith("Unknown tool"u8) || text.StartsWith("Input validation error"u8)
            ? RpcHint.Refused
            : text.StartsWith("MCP error -32001"u8) ? RpcHint.TimedOut : RpcHint.None;

    /// <summary>Whether the reason of a cancellation is that the caller had waited too long.</summary>
    public static bool SpeaksOfTime(string? reason) =>
        reason is not null && (reason.Contains("timed out", StringComparison.OrdinalIgnoreCase) || reason.Contains("timeout", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The kind of a failure by its JSON-RPC code: -326xx as <see href="https://www.jsonrpc.org/specification#error_object"/> says, -32001 and -32000 as the
    /// TypeScript SDK uses them (RequestTimeout, ConnectionClosed).
    /// </summary>
    public static string KindOf(int code) => code switch
    {
        -32700 or -32600 or -32601 or -32602 => ToolErrorKinds.Validation,
        -32001 => ToolErrorKinds.Timeout,
        -32000 => ToolErrorKinds.Connection,
        _ => ToolErrorKinds.Execution,
    };

    /// <summary>The kind of a failed result.</summary>
    public static string KindOf(RpcHint hint) => hint switch
    {
        RpcHint.Refused => ToolErrorKinds.Validation,
        RpcHint.TimedOut => ToolErrorKinds.Timeout,
        _ => ToolErrorKinds.Execution,
    };
}
