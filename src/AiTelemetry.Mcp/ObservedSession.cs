using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AiTelemetry.Mcp;

/// <summary>One connection: every message goes on as it is; what is seen of it goes to the traffic. The connection is over when its messages are, or when it is disposed.</summary>
internal sealed class ObservedSession : ITransport
{
    readonly ITransport _inner;
    readonly McpTraffic _traffic;
    readonly McpDoor _door;

    public ObservedSession(ITransport inner, McpTraffic traffic)
    {
        _inner = inner;
        _traffic = traffic;
        _door = new McpDoor { Traffic = traffic };
        MessageReader = new Messages(inner.MessageReader, this);
        Guard(static traffic => traffic.Open());
    }

    public string? SessionId => _inner.SessionId;

    public ChannelReader<JsonRpcMessage> MessageReader { get; }

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var call = Sent(message, cancellationToken);
        _door.Enter();
        try
        {
            await _inner.SendMessageAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (call is not null)
                Failed(call.Id, e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _door.Enter();
            await _inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            Close();
        }
    }

    void Close() => Guard(static traffic => traffic.Close(traffic.Telemetry.Time.GetTimestamp()));

    ToolCall? Sent(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        try
        {
            if (MessageFacts.Of(message) is not { } facts)
                return null;
            var call = _traffic.Sent(facts, _traffic.Telemetry.Time.GetTimestamp(), Activity.Current);
            if (call is null)
                return null;
            McpDoor.Claim(facts.Tool);
            // The token is the caller's own. The SDK tells the server of a cancellation, but not always: it may be done with the call before it comes to that.
            call.Cancellation = cancellationToken.UnsafeRegister(static state =>
            {
                var (session, id) = ((ObservedSession, RpcId))state!;
                session.Guard(traffic => traffic.Cancel(id, traffic.Telemetry.Time.GetTimestamp()));
            }, (this, call.Id));
            return call;
        }
        catch (Exception e)
        {
            _traffic.Telemetry.Faults.Report(Doors.Tools, e); // kept from the app: its message is sent
            return null;
        }
    }

    /// <summary>What a transport throws is the connection's, unless it is the server's answer, as where that came with a status that is none of success.</summary>
    void Failed(RpcId id, Exception exception)
    {
        var at = _traffic.Telemetry.Time.GetTimestamp();
        if (exception is McpProtocolException refused)
            _traffic.Received(new RpcMessage { Kind = RpcKind.Error, Id = id, ErrorCode = (int)refused.ErrorCode }, at);
        else
            _traffic.Fail(id, exception, at);
    }

    void Received(JsonRpcMessage message)
    {
        try
        {
            if (MessageFacts.Of(message) is { } facts)
                _traffic.Received(facts, _traffic.Telemetry.Time.GetTimestamp());
        }
        catch (Exception e)
        {
            _traffic.Telemetry.Faults.Report(Doors.Tools, e); // kept from the app: it gets its message
        }
    }

    void Guard(Action<McpTraffic> action)
    {
        try
        {
            action(_traffic);
        }
        catch (Exception e)
        {
            _traffic.Telemetry.Faults.Report(Doors.Tools, e); // kept from the app: its connection stands or ends as it would
        }
    }

    /// <summary>The same messages, each shown as the client takes it.</summary>
    sealed class Messages(ChannelReader<JsonRpcMessage> inner, ObservedSession session) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => inner.Completion;

        public override bool CanCount => inner.CanCount;

        public override int Count => inner.Count;

        public override bool CanPeek => inner.CanPeek;

        public override bool TryPeek([MaybeNullWhen(false)] out JsonRpcMessage item) => inner.TryPeek(out item);

        public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            if (!inner.TryRead(out item))
                return false;
            session.Received(item);
            return true;
        }

        /// <remarks>The client learns here that there are no more; the calls that wait are counted before that, and so before the app learns of it.</remarks>
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            bool more;
            try
            {
                more = await inner.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                session.Close();
                throw;
            }
            if (!more)
                session.Close();
            return more;
        }
    }
}
