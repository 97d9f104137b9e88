using System.Globalization;
using AiTelemetry.Benchmarks.Gates;

namespace AiTelemetry.Benchmarks.Results;

/// <summary>Runs benchmarks a round at a time, as another process asks for them line by line.</summary>
/// <remarks>
/// <c>list</c> is answered by the names and an empty line, <c>open NAME</c> by <c>ready</c>, <c>round</c> by nanoseconds and bytes of one operation,
/// <c>close</c> by <c>closed</c>; the end of the input is the end.
/// </remarks>
internal static class RoundServer
{
    public static int Serve(TextReader input, TextWriter output)
    {
        BenchmarkRig? rig = null;
        Rounds? rounds = null;
        while (input.ReadLine() is { } line)
        {
            switch (line.Split(' ', 2))
            {
                case ["list"]:
                    foreach (var name in BenchmarkRig.All.Keys)
                        output.WriteLine(name);
                    output.WriteLine();
                    break;
                case ["open", var name]:
                    rig = BenchmarkRig.Open(name);
                    rounds = new Rounds(() => rig.Run(), rig.Prepares ? rig.Prepare : null, alone: true);
                    output.WriteLine("ready");
                    break;
                case ["round"] when rounds is not null:
                    var (nanoseconds, bytes) = rounds.Next();
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{nanoseconds} {bytes}"));
                    break;
                case ["close"]:
                    rig?.Dispose();
                    (rig, rounds) = (null, null);
                    output.WriteLine("closed");
                    break;
                default:
                    Console.Error.WriteLine($"'{line}' is not understood.");
                    return 2;
            }
            output.Flush();
        }
        rig?.Dispose();
        return 0;
    }
}
