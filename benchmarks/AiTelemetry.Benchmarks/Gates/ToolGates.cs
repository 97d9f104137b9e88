using AiTelemetry.Benchmarks.Tools;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What a look-up in the tool registry costs where it hits and someone listens.</summary>
internal static class ToolGates
{
    public static IEnumerable<Gate> Lookup()
    {
        using var lookup = new RegistryLookup { Listened = true };
        lookup.Open();
        var times = Measure.Nanoseconds(() => lookup.InTheRegistry());
        yield return new Gate("a look-up in the tool registry that hits, with a listener", 150, times[0], "ns", 0.25);
        yield return Gate.Bytes("a look-up in the tool registry that hits, with a listener", 0, Measure.Bytes(() => lookup.InTheRegistry()));
    }
}
