using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>Reads a request of MCP while it is sent, and hands on each message in it.</summary>
internal sealed class RpcMirror : ObservedStream, IRpcSink
{
    readonly ToolTelemetry _telemetry;
    readonly Action<RpcMessage> _sent;
    readonly JsonRpcReader _reader;

    public RpcMirror(ToolTelemetry telemetry, Action<RpcMessage> sent)
    {
        (_telemetry, _sent) = (telemetry, sent);
        _reader = new JsonRpcReader(telemetry.Words, this);
    }

    public override void Observe(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _reader.Feed(bytes);
        }
        catch (Exception e)
        {
            _telemetry.Faults.Report(Doors.Tools, e); // kept from the app: its request is sent
        }
    }

    public override void OnEnd(EndReason reason, Exception? exception)
    {
        // What the send throws is told to the exchange.
    }

    public void OnMessage(RpcMessage message) => _sent(message);
}
