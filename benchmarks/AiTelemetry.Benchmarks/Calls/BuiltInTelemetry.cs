using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Calls;

/// <summary>A call over <see cref="SocketsHttpHandler"/> on a connection in memory: what .NET tells of it by itself (meter and source System.Net.Http), and what we do.</summary>
[MemoryDiagnoser]
public class BuiltInTelemetry
{
    CallClient _client = null!;
    Listening? _listening;

    [GlobalSetup(Target = nameof(HttpClient))]
    public void Bare() => _client = CallClient.Bare(MemoryConnection.Handler(Bodies.Of(Answer.Json1KB))).Ready();

    [GlobalSetup(Target = nameof(SystemNetHttp))]
    public void BuiltIn()
    {
        Bare();
        _listening = Listening.ToHttpClient();
    }

    [GlobalSetup(Target = nameof(AiTelemetry))]
    public void Observed()
    {
        _client = CallClient.Observed(MemoryConnection.Handler(Bodies.Of(Answer.Json1KB))).Ready();
        _listening = Listening.ToAiTelemetry(Listeners.Both);
    }

    [GlobalSetup(Target = nameof(AiTelemetryMetrics))]
    public void Measured()
    {
        _client = CallClient.Observed(MemoryConnection.Handler(Bodies.Of(Answer.Json1KB))).Ready();
        _listening = Listening.ToAiTelemetry(Listeners.Metrics);
    }

    [Benchmark(Baseline = true)]
    public int HttpClient() => _client.Call();

    [Benchmark]
    public int SystemNetHttp() => _client.Call();

    [Benchmark]
    public int AiTelemetryMetrics() => _client.Call();

    [Benchmark]
    public int AiTelemetry() => _client.Call();

    [GlobalCleanup]
    public void Close()
    {
        _listening?.Dispose();
        _client.Dispose();
    }
}
