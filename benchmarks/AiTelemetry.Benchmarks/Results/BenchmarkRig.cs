using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>One benchmark with one set of parameters, opened and run without BenchmarkDotNet: once by a test, in rounds by a comparison of revisions.</summary>
internal sealed class BenchmarkRig : IDisposable
{
    readonly BenchmarkCase _case;
    readonly object _instance;
    readonly Action? _prepare;
    readonly Func<int> _run;

    BenchmarkRig(BenchmarkCase benchmark)
    {
        _case = benchmark;
        _instance = Activator.CreateInstance(benchmark.Descriptor.Type)!;
        foreach (var parameter in benchmark.Parameters.Items)
            benchmark.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(_instance, parameter.Value);
        _prepare = benchmark.Descriptor.IterationSetupMethod?.CreateDelegate<Action>(_instance);
        _run = Runner(benchmark.Descriptor.WorkloadMethod);
        benchmark.Descriptor.GlobalSetupMethod?.Invoke(_instance, null);
    }

    /// <summary>The classes of benchmarks, by name.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(BenchmarkRig).Assembly.GetTypes().Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(BenchmarkAttribute)))).OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>Every benchmark with every set of its parameters, under a name that says so.</summary>
    public static IReadOnlyDictionary<string, BenchmarkCase> All { get; } =
        Types.SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases).ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>Makes one ready to run.</summary>
    public static BenchmarkRig Open(string name) => new(All[name]);

    /// <summary>What is done before each run and not measured.</summary>
    public bool Prepares => _prepare is not null;

    public void Prepare() => _prepare?.Invoke();

    /// <summary>Runs it once.</summary>
    /// <returns>What it found, never 0.</returns>
    public int Run() => _run();

    public void Dispose() => _case.Descriptor.GlobalCleanupMethod?.Invoke(_instance, null);

    static string NameOf(BenchmarkCase benchmark) =>
        string.Join(' ', [$"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}", .. benchmark.Parameters.Items.Select(parameter => $"{parameter.Name}={parameter.Value}")]);

    Func<int> Runner(MethodInfo method)
    {
        if (method.ReturnType == typeof(int))
            return method.CreateDelegate<Func<int>>(_instance);
        var run = method.CreateDelegate<Func<Task<int>>>(_instance);
        return () => run().GetAwaiter().GetResult();
    }
}
