using System.Globalization;
using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Benchmarks.Tools;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What tools cost while someone listens: a look-up in the registry that hits, and the frames of a call.</summary>
internal static class ToolGates
{
    static readonly int[] Sizes = [1 << 10, 64 << 10];

    public static IEnumerable<Gate> Lookup()
    {
        using var lookup = new RegistryLookup { Listened = true };
        lookup.Open();
        var times = Measure.Nanoseconds(() => lookup.InTheRegistry());
        yield return new Gate("a look-up in the tool registry that hits, with a listener", 150, times[0], "ns", 0.25);
        yield return Gate.Bytes("a look-up in the tool registry that hits, with a listener", 0, Measure.Bytes(() => lookup.InTheRegistry()));
    }

    /// <summary>A call is one object, and a span where someone listens to spans.</summary>
    public static IEnumerable<Gate> FrameBytes()
    {
        foreach (var (listens, goal) in ((Listeners, int)[])[(Listeners.Metrics, 160), (Listeners.Both, 936)])
        {
            foreach (var size in Sizes)
            {
                using var frame = Open(size, listens);
                yield return Gate.Bytes(What(size, listens), goal, Measure.Bytes(() => frame.AiTelemetry()));
            }
        }
    }

    public static IEnumerable<Gate> FrameTimes()
    {
        foreach (var (size, listens, goal) in ((int, Listeners, double)[])[(Sizes[0], Listeners.Metrics, 0.55), (Sizes[0], Listeners.Both, 0.9), (Sizes[1], Listeners.Metrics, 0.08), (Sizes[1], Listeners.Both, 0.08)])
        {
            using var frame = Open(size, listens);
            var times = Measure.Nanoseconds(() => frame.AiTelemetry(), () => frame.JsonDocumentParse());
            yield return Gate.Ratio(What(size, listens) + ": time to JsonDocument", goal, times[0] / times[1],
                string.Create(CultureInfo.InvariantCulture, $"{times[0] / 1000:N1} to {times[1] / 1000:N1} us"));
        }
    }

    static McpFrame Open(int size, Listeners listens)
    {
        var frame = new McpFrame { Size = size, Listens = listens };
        frame.Open();
        return frame;
    }

    static string What(int size, Listeners listens) =>
        string.Create(CultureInfo.InvariantCulture, $"tool call in two frames of {size >> 10} KB, {(listens == Listeners.Both ? "span and metrics" : "metrics only")}");
}
