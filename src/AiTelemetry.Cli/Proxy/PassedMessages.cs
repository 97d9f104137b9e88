using AiTelemetry.Tools;

namespace AiTelemetry.Cli.Proxy;

/// <summary>Brings the messages of both directions into the order in which they passed.</summary>
/// <remarks>
/// Bytes go on before anyone looks at them: on a busy machine a server's answer may be looked at before the request that it answers, which passed first. Such an answer
/// waits here for its request. The times tell the two apart from an id that is used again: a request is timed before it goes on, an answer when it comes. At most 64
/// answers are kept, as most answer something that is no tool call; the oldest go. For one thread.
/// </remarks>
internal sealed class PassedMessages(McpTraffic traffic)
{
    const int MaxEarly = 64;

    readonly Queue<(RpcMessage Message, long At)> _early = new();

    public void ToServer(RpcMessage message, long at)
    {
        traffic.Sent(message, at, isRemote: true);
        if (message.Kind != RpcKind.Request)
            return;
        foreach (var (answer, answeredAt) in _early)
        {
            if (answer.Id == message.Id && answeredAt >= at)
            {
                traffic.Received(answer, answeredAt);
                return;
            }
        }
    }

    public void ToAgent(RpcMessage message, long at)
    {
        if (message.Kind is RpcKind.Result or RpcKind.Error && !traffic.IsWaitingFor(message.Id))
        {
            if (_early.Count == MaxEarly)
                _early.Dequeue();
            _early.Enqueue((message, at));
        }
        traffic.Received(message, at);
    }
}
