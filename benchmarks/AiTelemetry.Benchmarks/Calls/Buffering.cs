using System.Diagnostics.Metrics;
using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Calls;

/// <summary>A call without telemetry, with a handler that buffers and parses to count two figures, and with all our metrics.</summary>
[MemoryDiagnoser]
public class Buffering
{
    readonly Meter _meter = new("AiTelemetry.Benchmarks.Buffering");
    CallClient _bare = null!;
    CallClient _buffering = null!;
    CallClient _observed = null!;
    Listening? _listening;
    MeterListener? _listener;

    [Params(Answer.Json8KB, Answer.Stream200)]
    public Answer Answer { get; set; }

    [GlobalSetup]
    public void Open()
    {
        var body = Bodies.Of(Answer);
        _bare = CallClient.Bare(new CannedHandler(body));
        _buffering = CallClient.Bare(new BufferingHandler(_meter.CreateCounter<long>("tokens"), new CannedHandler(body)));
        _observed = CallClient.Observed(new CannedHandler(body));
        _listening = Listening.ToAiTelemetry(Listeners.Metrics);
        _listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter == _meter) listener.EnableMeasurementEvents(instrument); } };
        _listener.Start();
    }

    [Benchmark(Baseline = true)]
    public int HttpClient() => _bare.Call();

    [Benchmark]
    public int BufferingHandler() => _buffering.Call();

    [Benchmark]
    public int AiTelemetry() => _observed.Call();

    [GlobalCleanup]
    public void Close()
    {
        _listener?.Dispose();
        _listening?.Dispose();
        _bare.Dispose();
        _buffering.Dispose();
        _observed.Dispose();
        _meter.Dispose();
    }
}
