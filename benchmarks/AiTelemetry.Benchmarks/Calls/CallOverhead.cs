using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Calls;

/// <summary>A call over an in-memory handler, read to its end, by what listens and by what is answered.</summary>
[MemoryDiagnoser]
public class CallOverhead
{
    CallClient _bare = null!;
    CallClient _observed = null!;
    Listening? _listening;

    [Params(Listeners.Nothing, Listeners.Metrics, Listeners.Spans, Listeners.Both, Listeners.BothAndLedger)]
    public Listeners Listens { get; set; }

    [Params(Answer.Json1KB, Answer.Json8KB, Answer.Stream200, Answer.Stream2000)]
    public Answer Answer { get; set; }

    [GlobalSetup]
    public void Open()
    {
        var body = Bodies.Of(Answer);
        var streaming = Answer is Answer.Stream200 or Answer.Stream2000;
        _bare = CallClient.Bare(new CannedHandler(body), streaming);
        _observed = CallClient.Observed(new CannedHandler(body), streaming, withLedger: (Listens & Listeners.Ledger) != 0);
        _listening = Listening.ToAiTelemetry(Listens);
    }

    [Benchmark(Baseline = true)]
    public int HttpClient() => _bare.Call();

    [Benchmark]
    public int AiTelemetry() => _observed.Call();

    [GlobalCleanup]
    public void Close()
    {
        _listening?.Dispose();
        _bare.Dispose();
        _observed.Dispose();
    }
}
