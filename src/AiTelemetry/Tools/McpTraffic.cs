using System.Diagnostics;
using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>What passes between one client and one server of MCP: pairs requests and answers, and ends each tool call once.</summary>
/// <remarks>
/// Enters: messages of both directions, read from bytes or seen as objects, each with the timestamp at which it passed. Leaves: tool calls, by
/// <see cref="ToolTelemetry.End"/>; the sizes of listed tools; the connection, up once and down once. Keeps at most 1,024 calls without answer: where there are more,
/// the oldest is taken for one whose answer never comes, and so is one that is silent for longer than <see cref="AiTelemetryOptions.ToolTimeout"/>.
/// Ids of the two directions do not meet: an answer is looked up only among the requests of the other side. Safe for any number of threads.
/// </remarks>
internal sealed class McpTraffic(ToolTelemetry telemetry, string server)
{
    const int MaxPending = 1024;

    readonly Lock _gate = new();
    readonly Dictionary<RpcId, ToolCall> _calls = [];
    readonly Dictionary<RpcId, bool> _lists = [];
    int _state;

    public string Server => server;

    /// <summary>The session that it is a part of, over HTTP; else null.</summary>
    public string? Session { get; init; }

    public ToolTelemetry Telemetry => telemetry;

    /// <summary>Whether an answer of this id would tell anything: a call or a list of tools waits for it.</summary>
    public bool IsWaitingFor(RpcId id)
    {
        lock (_gate)
            return _calls.ContainsKey(id) || _lists.ContainsKey(id);
    }

    /// <summary>Whether nothing is waited for.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return _calls.Count == 0 && _lists.Count == 0;
        }
    }

    /// <summary>The connection stands. Further ones of the same traffic are the same.</summary>
    public void Open()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) == 0)
            telemetry.Opened(this);
    }

    /// <summary>The connection is over, however: what still waits for an answer gets none.</summary>
    public void Close(long at)
    {
        if (Interlocked.Exchange(ref _state, 2) == 1)
            telemetry.Closed(this);
        foreach (var call in TakeAll())
            telemetry.End(call, ToolOutcomes.Error, ToolErrorKinds.Connection, at);
    }

    /// <summary>A message went from the client to the server.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">When.</param>
    /// <param name="ambient">What was ambient where the call was made.</param>
    /// <param name="isRemote">Whether it was made in another process; then <c>_meta</c> says what was ambient.</param>
    /// <returns>The call that it began, or null.</returns>
    public ToolCall? Sent(RpcMessage message, long at, Activity? ambient = null, bool isRemote = false)
    {
        switch (message)
        {
            case { Kind: RpcKind.Request, Method: RpcMethod.ToolsCall, Tool: { } tool }:
                var tags = telemetry.TagsOf(server, tool);
                var call = isRemote ? telemetry.StartRemote(message, tags, at) : telemetry.Start(message, tags, tool, at, ambient);
                if (!isRemote)
                {
                    call.ClientTool = tool;
                    ClientCalls.Begin(call.Id, tool);
                }
                Add(call, at);
                return call;
            case { Kind: RpcKind.Request, Method: RpcMethod.ToolsList }:
                lock (_gate)
                {
                    if (_lists.Count < MaxPending)
                        _lists[message.Id] = !message.HasCursor;
                }
                return null;
            case { Kind: RpcKind.Notification, Method: RpcMethod.Cancelled }:
                if (Take(message.Related) is { } taken)
                    Cancel(taken, message.Hint == RpcHint.TimedOut, at);
                return null;
            default:
                return null;
        }
    }

    /// <summary>A message went from the server to the client.</summary>
    public void Received(RpcMessage message, long at)
    {
        switch (message.Kind)
        {
            case RpcKind.Result or RpcKind.Error:
                if (Take(message.Id) is { } call)
                {
                    if (message.Bytes > 0)
                        call.ResponseBytes = message.Bytes;
                    Answer(call, message, at);
                }
                else if (message.Kind == RpcKind.Result)
                {
                    Listed(message);
                }
                break;
            case RpcKind.Notification when message.Method == RpcMethod.Progress:
                Touch(message.Related, at);
                break;
        }
    }

    /// <summary>The size of a message of a call that another door counts.</summary>
    public void Weigh(RpcMessage message)
    {
        lock (_gate)
        {
            if (!_calls.TryGetValue(message.Id, out var call))
                return;
            if (message.Kind == RpcKind.Request)
                call.RequestBytes = message.Bytes;
            else
                call.ResponseBytes = message.Bytes;
        }
    }

    /// <summary>The call of this id failed on its way, or was given up: the transport threw.</summary>
    public void Fail(RpcId id, Exception exception, long at)
    {
        if (Take(id) is { } call)
            telemetry.Fail(call, exception, at, ToolErrorKinds.Connection);
    }

    /// <summary>The caller gave up the call of this id.</summary>
    public void Cancel(RpcId id, long at)
    {
        if (Take(id) is { } call)
            Cancel(call, timedOut: false, at);
    }

    /// <summary>Ends the calls that have been silent for too long.</summary>
    public void Sweep(long at)
    {
        List<ToolCall>? silent = null;
        lock (_gate)
        {
            foreach (var (_, call) in _calls)
            {
                if (telemetry.IsSilent(call, at))
                    (silent ??= []).Add(call);
            }
            foreach (var call in silent ?? [])
                _calls.Remove(call.Id);
        }
        foreach (var call in silent ?? [])
            telemetry.End(call, ToolOutcomes.Timeout, ToolErrorKinds.Timeout, at);
    }

    /// <summary>Takes over a call that began elsewhere in the same session.</summary>
    public void Add(ToolCall call, long at)
    {
        ToolCall? replaced;
        lock (_gate)
        {
            if (!_calls.Remove(call.Id, out replaced) && _calls.Count >= MaxPending)
            {
                foreach (var (_, waiting) in _calls)
                {
                    if (replaced is null || waiting.Started < replaced.Started)
                        replaced = waiting;
                }
                _calls.Remove(replaced!.Id);
            }
            _calls[call.Id] = call;
        }
        if (replaced is not null)
            telemetry.End(replaced, ToolOutcomes.Timeout, ToolErrorKinds.Timeout, at); // its id is used again, or too many wait: its answer never came
    }

    public List<ToolCall> TakeAll()
    {
        lock (_gate)
        {
            List<ToolCall> all = [.. _calls.Values];
            _calls.Clear();
            _lists.Clear();
            return all;
        }
    }

    void Answer(ToolCall call, RpcMessage message, long at)
    {
        if (message.Kind == RpcKind.Error)
            EndAs(call, RpcWords.KindOf(message.ErrorCode), at);
        else if (message.IsError)
            EndAs(call, RpcWords.KindOf(message.Hint), at);
        else
            telemetry.End(call, ToolOutcomes.Success, null, at);
    }

    void EndAs(ToolCall call, string kind, long at) =>
        telemetry.End(call, kind == ToolErrorKinds.Timeout ? ToolOutcomes.Timeout : ToolOutcomes.Error, kind, at);

    void Cancel(ToolCall call, bool timedOut, long at) =>
        telemetry.End(call, timedOut ? ToolOutcomes.Timeout : ToolOutcomes.Cancelled, timedOut ? ToolErrorKinds.Timeout : null, at);

    void Listed(RpcMessage message)
    {
        bool first;
        lock (_gate)
        {
            if (!_lists.Remove(message.Id, out first))
                return;
        }
        telemetry.Listed(server, message.Tools, first);
    }

    void Touch(RpcId token, long at)
    {
        lock (_gate)
        {
            foreach (var (_, call) in _calls)
            {
                if (call.ProgressToken == token)
                    call.LastSeen = at;
            }
        }
    }

    ToolCall? Take(RpcId id)
    {
        lock (_gate)
            return _calls.Remove(id, out var call) ? call : null;
    }
}
