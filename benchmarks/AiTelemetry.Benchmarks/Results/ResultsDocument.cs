using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>Runs the benchmarks with BenchmarkDotNet, and writes what does not depend on the machine into RESULTS.md: ratios and bytes.</summary>
internal static class ResultsDocument
{
    /// <summary>In this process, so that no project has to be generated and built beside this one.</summary>
    public static IConfig Config { get; } = ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(4).WithIterationCount(15).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(60)))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(ConsoleLogger.Default)
        .WithOptions(ConfigOptions.DisableLogFile);

    public static int Write()
    {
        var text = new StringBuilder("""
            # Results

            Written by `eng/bench.sh`; do not edit. Each table has its own baseline, with the ratio 1.00, and is one class in `AiTelemetry.Benchmarks`, where its summary says what is measured. `Ratio` is that of
            the quickest iterations, `Alloc Ratio` that of the bytes allocated: neither is a figure of one machine. Times vary by some per cent from run to run, bytes do not. What must hold is checked by
            `eng/perf-gates.sh`, which interleaves both sides; `eng/bench.sh compare REV1 REV2` compares two revisions.

            """).Append('\n');
        foreach (var type in BenchmarkRig.Types)
        {
            var summary = BenchmarkRunner.Run(type, Config);
            if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => report.ResultStatistics is null))
            {
                Console.Error.WriteLine($"{type.Name} gave no results; RESULTS.md stays as it was.");
                return 1;
            }
            Table(text, type.Name, summary);
        }
        File.WriteAllText(Place(), text.ToString().TrimEnd() + "\n");
        return 0;
    }

    static void Table(StringBuilder text, string name, Summary summary)
    {
        var parameters = summary.BenchmarksCases[0].Parameters.Items.Select(parameter => parameter.Name).ToArray();
        text.Append(CultureInfo.InvariantCulture, $"## {name}\n\n| {string.Join(" | ", [.. parameters, "Method", "Ratio", "Allocated", "Alloc Ratio"])} |\n");
        text.Append('|').Insert(text.Length, "---|", parameters.Length + 1).Insert(text.Length, "---:|", 3).Append('\n');
        foreach (var group in summary.Reports.GroupBy(report => report.BenchmarkCase.Parameters.ValueInfo))
        {
            var baseline = group.Single(report => report.BenchmarkCase.Descriptor.Baseline);
            foreach (var report in group)
            {
                var ratio = report.ResultStatistics!.Min / baseline.ResultStatistics!.Min;
                var allocations = Bytes(baseline) == 0 ? "-" : (Bytes(report) / Bytes(baseline)).ToString("N2", CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture,
                    $"| {string.Join(" | ", [.. report.BenchmarkCase.Parameters.Items.Select(parameter => $"{parameter.Value:N0}"), report.BenchmarkCase.Descriptor.WorkloadMethod.Name, $"{ratio:N2}", $"{Bytes(report):N0} B", allocations])} |\n");
            }
        }
        text.Append('\n');
    }

    static double Bytes(BenchmarkReport report) => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;

    static string Place([CallerFilePath] string file = "") => Path.GetFullPath("../../RESULTS.md", Path.GetDirectoryName(file)!);
}
