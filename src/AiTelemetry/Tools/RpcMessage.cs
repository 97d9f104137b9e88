namespace AiTelemetry.Tools;

/// <summary>What is read of one JSON-RPC message: enough to pair it, and to tell how a tool call went. Never arguments or results.</summary>
/// <remarks>A reader fills the same object for each message; who keeps one takes a <see cref="Copy"/>.</remarks>
internal sealed class RpcMessage
{
    public RpcKind Kind { get; set; }

    public RpcMethod Method { get; set; }

    public RpcId Id { get; set; }

    /// <summary>The id of the request that a notification is about: the one cancelled; or the token of its progress.</summary>
    public RpcId Related { get; set; }

    /// <summary>The token under which a request asks for progress.</summary>
    public RpcId ProgressToken { get; set; }

    /// <summary>The name of the tool that is called.</summary>
    public string? Tool { get; set; }

    /// <summary>The W3C trace context that the caller put into <c>_meta</c>.</summary>
    public string? TraceParent { get; set; }

    public string? TraceState { get; set; }

    /// <summary>How many arguments a call has.</summary>
    public int Arguments { get; set; }

    /// <summary>Whether the request asks for a further page.</summary>
    public bool HasCursor { get; set; }

    /// <summary>Whether the result says of itself that the tool failed.</summary>
    public bool IsError { get; set; }

    /// <summary>What the text of a failed result, or the reason of a cancellation, says by its known first words.</summary>
    public RpcHint Hint { get; set; }

    /// <summary>The code of an error answer.</summary>
    public int ErrorCode { get; set; }

    /// <summary>The size of the message, from brace to brace; 0 where it was seen as objects.</summary>
    public long Bytes { get; set; }

    /// <summary>The tools that a result lists, with what each adds to a prompt.</summary>
    public List<ToolSize> Tools { get; private set; } = [];

    public void Clear()
    {
        Kind = RpcKind.None;
        Method = RpcMethod.None;
        Id = Related = ProgressToken = default;
        Tool = TraceParent = TraceState = null;
        Arguments = ErrorCode = 0;
        HasCursor = IsError = false;
        Hint = RpcHint.None;
        Bytes = 0;
        Tools.Clear();
    }

    public RpcMessage Copy()
    {
        var copy = (RpcMessage)MemberwiseClone();
        copy.Tools = [.. Tools];
        return copy;
    }

    /// <summary>Whether anything depends on this message: all others need not be kept for later.</summary>
    public bool Matters => Kind switch
    {
        RpcKind.Request => Method is RpcMethod.ToolsCall or RpcMethod.ToolsList,
        RpcKind.Notification => Method is RpcMethod.Cancelled or RpcMethod.Progress,
        RpcKind.Result or RpcKind.Error => true,
        _ => false,
    };
}

/// <summary>A tool and the bytes of its name, description and input schema as JSON.</summary>
internal readonly record struct ToolSize(string Tool, long Bytes);

/// <summary>The kinds of messages, by which members they have: <see href="https://www.jsonrpc.org/specification"/>.</summary>
internal enum RpcKind : byte
{
    /// <summary>Not a message.</summary>
    None,
    Request,
    Notification,
    Result,
    Error,
}

/// <summary>The methods that something is known about.</summary>
internal enum RpcMethod : byte
{
    None,
    Other,
    Initialize,
    ToolsCall,
    ToolsList,
    ToolsChanged,
    Cancelled,
    Progress,
}

/// <summary>What words say that have no field of their own.</summary>
internal enum RpcHint : byte
{
    None,

    /// <summary>The call did not fit: an SDK that answers a refused call as a failed one says so in the text's first words.</summary>
    Refused,

    /// <summary>The caller had waited too long.</summary>
    TimedOut,
}
