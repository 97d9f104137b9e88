using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Wire;

/// <summary>Finding the usage in 2,000 server-sent events.</summary>
[MemoryDiagnoser]
public class EventScan
{
    readonly byte[] _body = Bodies.Of(Answer.Stream2000);

    [Benchmark(Baseline = true)]
    public int Utf8JsonReader() => Scan.Utf8JsonReaderOnEvents(_body);

    [Benchmark]
    public int SseParserAndJsonDocument() => Scan.SseParserAndJsonDocument(_body);

    [Benchmark]
    public int AiTelemetry() => Scan.Events(_body);
}
