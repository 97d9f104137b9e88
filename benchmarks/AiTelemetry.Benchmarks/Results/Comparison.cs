using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Benchmarks.Gates;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>Two builds of this program against each other: each in a process of its own, a round of one, a round of the other, the quickest of each counts.</summary>
internal static class Comparison
{
    /// <returns>The exit code: 0 where both ran, whoever was quicker.</returns>
    public static int Run(string before, string after, string part)
    {
        using var first = new Side(before);
        using var second = new Side(after);
        var known = second.Names();
        var names = first.Names().Where(name => known.Contains(name, StringComparer.Ordinal) && name.Contains(part, StringComparison.OrdinalIgnoreCase)).ToArray();
        Console.WriteLine($"{"benchmark",-78} {"before",12} {"after",12} {"ratio",6} {"before",12} {"after",12}");
        foreach (var name in names)
        {
            first.Open(name);
            second.Open(name);
            var (a, b) = ((Nanoseconds: double.MaxValue, Bytes: long.MaxValue), (Nanoseconds: double.MaxValue, Bytes: long.MaxValue));
            for (var round = 0; round < Measure.Times; round++)
            {
                a = Least(a, first.Round());
                b = Least(b, second.Round());
            }
            first.Close();
            second.Close();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-78} {a.Nanoseconds,9:N0} ns {b.Nanoseconds,9:N0} ns {b.Nanoseconds / a.Nanoseconds,6:N2} {a.Bytes,10:N0} B {b.Bytes,10:N0} B"));
        }
        return names.Length == 0 ? 2 : 0;
    }

    static (double Nanoseconds, long Bytes) Least((double Nanoseconds, long Bytes) a, (double Nanoseconds, long Bytes) b) =>
        (Math.Min(a.Nanoseconds, b.Nanoseconds), Math.Min(a.Bytes, b.Bytes));

    /// <summary>One build, served by a process.</summary>
    sealed class Side : IDisposable
    {
        static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

        readonly Process _process;

        public Side(string assembly) => _process = Process.Start(
            new ProcessStartInfo("dotnet", [assembly, "serve"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;

        public List<string> Names()
        {
            var names = new List<string>();
            _process.StandardInput.WriteLine("list");
            while (Line() is { Length: > 0 } name)
                names.Add(name);
            return names;
        }

        public void Open(string name) => Ask("open " + name);

        public (double Nanoseconds, long Bytes) Round()
        {
            var figures = Ask("round").Split(' ');
            return (double.Parse(figures[0], CultureInfo.InvariantCulture), long.Parse(figures[1], CultureInfo.InvariantCulture));
        }

        public void Close() => Ask("close");

        public void Dispose()
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(Patience))
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        string Ask(string line)
        {
            _process.StandardInput.WriteLine(line);
            return Line();
        }

        string Line()
        {
            var reading = _process.StandardOutput.ReadLineAsync();
            return reading.Wait(Patience) && reading.Result is { } line ? line : throw new InvalidOperationException("One of the two builds stopped answering.");
        }
    }
}
