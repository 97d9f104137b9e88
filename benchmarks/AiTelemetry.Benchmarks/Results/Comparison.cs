using System.Globalization;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>Two builds of this program against each other: each in a process of its own, a round of one, a round of the other, the quickest of each counts.</summary>
internal static class Comparison
{
    /// <returns>The exit code: 0 where both ran, whoever was quicker.</returns>
    public static int Run(string before, string after, string part)
    {
        using var first = new RoundClient(before);
        using var second = new RoundClient(after);
        var known = second.Names();
        var names = first.Names().Where(name => known.Contains(name, StringComparer.Ordinal) && name.Contains(part, StringComparison.OrdinalIgnoreCase)).ToArray();
        Console.WriteLine($"{"benchmark",-78} {"before",12} {"after",12} {"ratio",6} {"before",12} {"after",12}");
        foreach (var name in names)
        {
            var figures = RoundClient.Measure([(first, name), (second, name)]);
            var (a, b) = (figures[0], figures[1]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-78} {a.Nanoseconds,9:N0} ns {b.Nanoseconds,9:N0} ns {b.Nanoseconds / a.Nanoseconds,6:N2} {a.Bytes,10:N0} B {b.Bytes,10:N0} B"));
        }
        return names.Length == 0 ? 2 : 0;
    }

    static (double Nanoseconds, long Bytes) Least((double Nanoseconds, long Bytes) a, (double Nanoseconds, long Bytes) b) =>
        (Math.Min(a.Nanoseconds, b.Nanoseconds), Math.Min(a.Bytes, b.Bytes));
}
