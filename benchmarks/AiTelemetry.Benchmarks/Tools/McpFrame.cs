using System.Text;
using System.Text.Json;
using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Calls;
using AiTelemetry.Tools;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Benchmarks.Tools;

/// <summary>A call of a tool and its answer, each a frame of so many bytes: read, paired and measured as the proxy does, beside JsonDocument.Parse of the same bytes, which measures nothing.</summary>
[MemoryDiagnoser]
public sealed class McpFrame : IDisposable
{
    byte[] _request = [];
    byte[] _result = [];
    ServiceProvider? _services;
    Listening? _listening;
    McpTraffic? _traffic;
    JsonRpcReader? _sent;
    JsonRpcReader? _received;

    [Params(1024, 64 * 1024)]
    public int Size { get; set; }

    [Params(Listeners.Metrics, Listeners.Both)]
    public Listeners Listens { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _listening = Listening.ToAiTelemetry(Listens);
        _services = new ServiceCollection().AddAiTelemetry().Services.BuildServiceProvider();
        var telemetry = CallTelemetrySource.Of(_services).Get()!.Tools;
        _traffic = new McpTraffic(telemetry, "files");
        _traffic.Open();
        _sent = new JsonRpcReader(telemetry.Words, new Sink(message => _traffic.Sent(message, telemetry.Time.GetTimestamp(), isRemote: true)));
        _received = new JsonRpcReader(telemetry.Words, new Sink(message => _traffic.Received(message, telemetry.Time.GetTimestamp())));
        _request = Frame("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"write_file","arguments":{"path":"/notes.md","content":""" + "\"", "\"},\"_meta\":{\"progressToken\":7}}}\n");
        _result = Frame("""{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":""" + "\"", "\"}],\"isError\":false}}\n");
    }

    [Benchmark(Baseline = true)]
    public int JsonDocumentParse()
    {
        using var request = JsonDocument.Parse(_request);
        using var result = JsonDocument.Parse(_result);
        return (int)request.RootElement.ValueKind + (int)result.RootElement.ValueKind;
    }

    [Benchmark]
    public int AiTelemetry()
    {
        _sent!.FeedLines(_request);
        _received!.FeedLines(_result);
        return _traffic!.IsIdle ? 1 : 0; // the call has ended
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _traffic?.Close(0);
        _services?.Dispose();
        _listening?.Dispose();
    }

    byte[] Frame(string head, string tail) => Encoding.UTF8.GetBytes(head + Bodies.Text(Size - head.Length - tail.Length) + tail);

    sealed class Sink(Action<RpcMessage> take) : IRpcSink
    {
        public void OnMessage(RpcMessage message) => take(message);
    }
}
