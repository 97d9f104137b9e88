using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;

namespace AiTelemetry.Benchmarks.Calls;

/// <summary>A call through the OpenAI SDK: without telemetry, with its own (experimental, and not of streams), with ours.</summary>
[MemoryDiagnoser]
public class OpenAiSdk
{
    SdkClient _client = null!;
    Listening? _listening;

    [Params(Answer.Json1KB, Answer.Stream2000)]
    public Answer Answer { get; set; }

    [GlobalSetup(Target = nameof(Sdk))]
    public void Bare() => _client = SdkClient.Bare(new CannedHandler(Bodies.Of(Answer)));

    [GlobalSetup(Target = nameof(SdkTelemetry))]
    public void Own()
    {
        Bare();
        _listening = Listening.ToOpenAiSdk();
    }

    [GlobalSetup(Target = nameof(AiTelemetry))]
    public void Observed()
    {
        _client = SdkClient.Observed(new CannedHandler(Bodies.Of(Answer)));
        _listening = Listening.ToAiTelemetry(Listeners.Both);
    }

    [Benchmark(Baseline = true)]
    public Task<int> Sdk() => CallAsync();

    [Benchmark]
    public Task<int> SdkTelemetry() => CallAsync();

    [Benchmark]
    public Task<int> AiTelemetry() => CallAsync();

    [GlobalCleanup]
    public void Close()
    {
        _listening?.Dispose();
        _client.Dispose();
    }

    Task<int> CallAsync() => Answer == Answer.Stream2000 ? _client.StreamAsync() : _client.CompleteAsync();
}
