using AiTelemetry.Benchmarks.Rig;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Benchmarks.Tools;

/// <summary>A look-up in the tool registry that hits, beside one in a dictionary; with the SDK listening and without.</summary>
[MemoryDiagnoser]
public sealed class RegistryLookup : IDisposable
{
    readonly Dictionary<string, string> _dictionary = new(StringComparer.Ordinal) { ["search"] = "tool" };
    ServiceProvider? _services;
    Listening? _listening;
    ToolRegistry<string>? _registry;

    [Params(false, true)]
    public bool Listened { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _listening = Listened ? Listening.ToAiTelemetry(Listeners.Metrics) : null;
        _services = new ServiceCollection().AddAiTelemetry().Services.BuildServiceProvider();
        _registry = new ToolRegistry<string>(_services).AddTool("search", static () => "tool");
        _registry.FindAsync("search").AsTask().GetAwaiter().GetResult();
    }

    [Benchmark(Baseline = true)]
    public int InADictionary() => _dictionary.TryGetValue("search", out var tool) ? tool.Length : 0;

    [Benchmark]
    public int InTheRegistry() => _registry!.TryGet("search", out var tool) ? tool.Tool.Length : 0;

    [GlobalCleanup]
    public void Dispose()
    {
        _services?.Dispose();
        _listening?.Dispose();
    }
}
