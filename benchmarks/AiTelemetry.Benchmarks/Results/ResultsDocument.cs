using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>Measures every benchmark against the baseline of its table, by turns, and writes what does not depend on the machine into RESULTS.md: ratios and bytes.</summary>
internal static class ResultsDocument
{
    /// <summary>How BenchmarkDotNet runs them: in this process, so that no project has to be generated and built beside this one.</summary>
    public static IConfig Config { get; } = ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(4).WithIterationCount(15).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(60)))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(ConsoleLogger.Default)
        .WithOptions(ConfigOptions.DisableLogFile);

    public static int Write()
    {
        var text = new StringBuilder("""
            # Results

            Written by `eng/bench.sh`; do not edit. Each table is one class in `AiTelemetry.Benchmarks`, where its summary says what is measured, and has its own baseline, with the ratio 1.00. The benchmarks
            of a row of parameters run by turns, each in a process of its own; `Ratio` is that of the processor's time of the quickest of 41 rounds, `Alloc Ratio` that of the bytes allocated, so neither is
            a figure of one machine. Ratios vary by some per cent from run to run. What must hold is checked by `eng/perf-gates.sh`; `eng/bench.sh compare REV1 REV2` compares two revisions.

            """).Append('\n');
        var most = BenchmarkRig.Types.Max(type => type.GetMethods().Count(method => method.IsDefined(typeof(BenchmarkDotNet.Attributes.BenchmarkAttribute), inherit: false)));
        var clients = Array.ConvertAll(new RoundClient[most], static _ => new RoundClient(typeof(ResultsDocument).Assembly.Location));
        try
        {
            foreach (var type in BenchmarkRig.Types)
                Table(text, type, clients);
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
        File.WriteAllText(Place(), text.ToString().TrimEnd() + "\n");
        return 0;
    }

    static void Table(StringBuilder text, Type type, RoundClient[] clients)
    {
        var benchmarks = BenchmarkRig.All.Where(benchmark => benchmark.Value.Descriptor.Type == type).ToArray();
        var parameters = benchmarks[0].Value.Parameters.Items.Select(parameter => parameter.Name).ToArray();
        text.Append(CultureInfo.InvariantCulture, $"## {type.Name}\n\n| {string.Join(" | ", [.. parameters, "Method", "Ratio", "Allocated", "Alloc Ratio"])} |\n");
        text.Append('|').Insert(text.Length, "---|", parameters.Length + 1).Insert(text.Length, "---:|", 3).Append('\n');
        foreach (var row in benchmarks.GroupBy(benchmark => benchmark.Value.Parameters.ValueInfo))
        {
            var contenders = row.OrderByDescending(benchmark => benchmark.Value.Descriptor.Baseline).ToArray();
            Console.WriteLine(contenders[0].Key);
            var figures = RoundClient.Measure([.. contenders.Select((contender, i) => (clients[i], contender.Key))]);
            for (var i = 0; i < contenders.Length; i++)
            {
                var cells = contenders[i].Value.Parameters.Items.Select(parameter => Text(parameter.Value)).Append(contenders[i].Value.Descriptor.WorkloadMethod.Name);
                var allocations = figures[0].Bytes == 0 ? "-" : ((double)figures[i].Bytes / figures[0].Bytes).ToString("N2", CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} | {figures[i].Nanoseconds / figures[0].Nanoseconds:N2} | {figures[i].Bytes:N0} B | {allocations} |\n");
            }
        }
        text.Append('\n');
    }

    static string Text(object value) => value is int number ? number.ToString("N0", CultureInfo.InvariantCulture) : $"{value}";

    static string Place([CallerFilePath] string file = "") => Path.GetFullPath("../../RESULTS.md", Path.GetDirectoryName(file)!);
}
