using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Wire;

/// <summary>Finding the usage in one JSON object of 8 KB, which comes in one read or in 16.</summary>
[MemoryDiagnoser]
public class BodyScan
{
    readonly byte[] _body = Bodies.Of(Answer.Json8KB);

    [Benchmark(Baseline = true)]
    public int Utf8JsonReader() => Scan.Utf8JsonReader(_body);

    [Benchmark]
    public int AiTelemetry() => Scan.Json(_body, 1);

    [Benchmark]
    public int AiTelemetryIn16Reads() => Scan.Json(_body, 16);
}
