using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Calls;
using AiTelemetry.Wire;
using AiTelemetry.Wire.OpenAi;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Benchmarks.Calls;

/// <summary>What happened, told once to the instruments with the SDK listening; beside one plain measurement with three tags.</summary>
[MemoryDiagnoser]
public class InstrumentVerbs
{
    readonly System.Diagnostics.Metrics.Meter _meter = new("AiTelemetry.Benchmarks.Verbs");
    readonly CallEnd _success = new() { Duration = TimeSpan.FromSeconds(1.5) };
    readonly CallEnd _error = new() { Outcome = "error", ErrorType = "server_error", Duration = TimeSpan.FromSeconds(1.5) };
    ServiceProvider _services = null!;
    Listening _listening = null!;
    CallTelemetry _telemetry = null!;
    ProviderCall _call = null!;
    ProviderCall _failed = null!;
    CallUsage _usage;
    ModelTags _tags = null!;
    SemanticTags _semantic = null!;
    System.Diagnostics.Metrics.Counter<long> _plain = null!;
    System.Diagnostics.Metrics.MeterListener _listener = null!;

    [GlobalSetup]
    public void Open()
    {
        _services = new ServiceCollection().AddAiTelemetry().Services.BuildServiceProvider();
        _listening = Listening.ToAiTelemetry(Listeners.Metrics);
        _telemetry = _services.GetRequiredService<CallTelemetry>();
        var route = new CallRoute(_telemetry, new OpenAiChatFormat(), new ProviderHost("openai", "api.openai.com", 443), "chat", null);
        _call = _telemetry.Start(route, "gpt-4o", null, null, null);
        _call.Usage[WireField.Input] = 1117;
        _call.Usage[WireField.Output] = 46;
        _call.Usage[WireField.CacheRead] = 1024;
        _usage = new CallUsage(_call.Usage.ToTokenUsage(), UsageStatus.Reported, IsMissed: true, UsageAnomalies.None, IsByPiece: false);
        _failed = _telemetry.Start(route, "gpt-4o", null, null, null);
        _tags = _telemetry.Tags.Of(route, "gpt-4o", null);
        _semantic = _telemetry.Tags.SemanticOf(route, "gpt-4o", "gpt-4o-2024-08-06");
        _plain = _meter.CreateCounter<long>("plain");
        _listener = new System.Diagnostics.Metrics.MeterListener();
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.EnableMeasurementEvents(_plain);
        _listener.Start();
    }

    [Benchmark(Baseline = true)]
    public int OneAdd()
    {
        _plain.Add(1, new("provider", "openai"), new("model", "gpt-4o"), new("type", "prompt"));
        return 1;
    }

    [Benchmark]
    public int InFlight()
    {
        _telemetry.Instruments.InFlight("openai", 1);
        return 1;
    }

    [Benchmark]
    public int CallEnded()
    {
        _telemetry.Instruments.CallEnded(_call, _success, _usage, new CostResult(), _tags, _semantic);
        return 1;
    }

    [Benchmark]
    public int CallFailed()
    {
        _telemetry.Instruments.CallEnded(_failed, _error, default, new CostResult(), _tags, _semantic);
        return 1;
    }

    [Benchmark]
    public int RateLimitDelayed()
    {
        _telemetry.Instruments.RateLimitDelayed("openai", TimeSpan.FromSeconds(2));
        return 1;
    }

    [GlobalCleanup]
    public void Close()
    {
        _telemetry.Abandon(_call);
        _telemetry.Abandon(_failed);
        _listener.Dispose();
        _listening.Dispose();
        _services.Dispose();
        _meter.Dispose();
    }
}
