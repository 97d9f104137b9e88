using AiTelemetry.Benchmarks.Results;
using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Benchmarks.Wire;

namespace AiTelemetry.Benchmarks.Tests;

/// <summary>Each benchmark runs, so that none rots while nobody measures.</summary>
public class EveryBenchmarkTests
{
    public static TheoryData<string> Benchmarks => [.. BenchmarkRig.All.Keys];

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void A_benchmark_runs_and_finds_what_it_looks_for(string name)
    {
        using var rig = BenchmarkRig.Open(name);
        rig.Prepare();

        Assert.NotEqual(0, rig.Run());
    }

    [Fact]
    public void Every_class_of_benchmarks_has_one_baseline()
    {
        Assert.NotEmpty(BenchmarkRig.Types);
        Assert.All(BenchmarkRig.Types, type => Assert.Single(
            BenchmarkRig.All.Values.Where(benchmark => benchmark.Descriptor.Type == type && benchmark.Descriptor.Baseline).Select(benchmark => benchmark.Descriptor.WorkloadMethod).Distinct()));
    }

    [Fact]
    public void All_ways_to_scan_find_the_same_usage()
    {
        var (events, json) = (Bodies.Of(Answer.Stream200), Bodies.Of(Answer.Json8KB));

        Assert.Equal([1117, 1117, 1117], [Scan.Events(events), Scan.Utf8JsonReaderOnEvents(events), Scan.SseParserAndJsonDocument(events)]);
        Assert.Equal([1117, 1117, 1117], [Scan.Json(json, 1), Scan.Json(json, 16), Scan.Utf8JsonReader(json)]);
    }

    [Theory]
    [InlineData(Answer.Json1KB, 1200)]
    [InlineData(Answer.Json8KB, 8192)]
    public void A_json_answer_is_as_long_as_it_says(Answer answer, int length) => Assert.InRange(Bodies.Of(answer).Length, length, length * 1.05);

    [Fact]
    public void A_stream_has_as_many_events_as_it_says() =>
        Assert.Equal(2000 + 4, System.Text.Encoding.UTF8.GetString(Bodies.Of(Answer.Stream2000)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Length); // the role, the end, the usage, the mark
}
