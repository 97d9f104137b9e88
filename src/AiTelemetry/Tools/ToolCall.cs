using AiTelemetry.Calls;

namespace AiTelemetry.Tools;

/// <summary>One call of a tool, from its request to its one end: an answer, a cancellation, the end of the connection, or too long a silence.</summary>
internal sealed class ToolCall(ToolTags tags, long started)
{
    int _ended;
    long _lastSeen = started;

    public ToolTags Tags { get; } = tags;

    public long Started { get; } = started;

    public RpcId Id { get; init; }

    public RpcId ProgressToken { get; init; }

    public int Arguments { get; init; }

    /// <summary>The tool, where a client of this process began the call; else null.</summary>
    public string? ClientTool { get; set; }

    /// <summary>The size of the request; 0 while nobody saw its bytes.</summary>
    public long RequestBytes { get; set; }

    /// <summary>The size of the answer; 0 while nobody saw its bytes.</summary>
    public long ResponseBytes { get; set; }

    /// <summary>The span of the call, its own or one it joined; without activity where nobody listens.</summary>
    public Ambience Span { get; set; }

    /// <summary>Whether the span is someone else's to end.</summary>
    public bool IsJoined { get; set; }

    /// <summary>When the call last showed signs of life: its request, or its progress.</summary>
    public long LastSeen
    {
        get => Volatile.Read(ref _lastSeen);
        set => Volatile.Write(ref _lastSeen, value);
    }

    /// <summary>What takes the call back when its caller's token is cancelled; let go at its end.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>True for the first that asks: it ends the call.</summary>
    public bool TryEnd()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;
        Cancellation.Unregister();
        if (ClientTool is { } tool)
            ClientCalls.End(Id, tool);
        return true;
    }
}
