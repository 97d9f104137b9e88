namespace AiTelemetry.Tools;

/// <summary>Is told of every message.</summary>
internal interface IRpcSink
{
    /// <summary>A message has passed. The object belongs to the reader and is filled anew for the next one.</summary>
    void OnMessage(RpcMessage message);
}
