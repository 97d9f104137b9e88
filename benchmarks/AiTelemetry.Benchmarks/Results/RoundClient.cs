using System.Diagnostics;
using System.Globalization;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>The benchmarks of one build, served by a process of their own (<see cref="RoundServer"/>).</summary>
internal sealed class RoundClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly Process _process;

    public RoundClient(string assembly) => _process = Process.Start(
        new ProcessStartInfo("dotnet", [assembly, "serve"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>The quickest round of each of several benchmarks, which run by turns, each in its own process: so none hears what another one listens to.</summary>
    public static (double Nanoseconds, long Bytes)[] Measure(IReadOnlyList<(RoundClient Client, string Name)> contenders)
    {
        var least = new (double Nanoseconds, long Bytes)[contenders.Count];
        Array.Fill(least, (double.MaxValue, long.MaxValue));
        foreach (var (client, name) in contenders)
            client.Open(name);
        for (var round = 0; round < Gates.Measure.Times; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var i = (round + turn) % contenders.Count;
                var (nanoseconds, bytes) = contenders[i].Client.Round();
                least[i] = (Math.Min(least[i].Nanoseconds, nanoseconds), Math.Min(least[i].Bytes, bytes));
            }
        }
        foreach (var (client, _) in contenders)
            client.Close();
        return least;
    }

    public List<string> Names()
    {
        var names = new List<string>();
        _process.StandardInput.WriteLine("list");
        while (Line() is { Length: > 0 } name)
            names.Add(name);
        return names;
    }

    void Open(string name) => Ask("open " + name);

    (double Nanoseconds, long Bytes) Round()
    {
        var figures = Ask("round").Split(' ');
        return (double.Parse(figures[0], CultureInfo.InvariantCulture), long.Parse(figures[1], CultureInfo.InvariantCulture));
    }

    void Close() => Ask("close");

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
