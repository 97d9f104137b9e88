using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Conformance;

/// <summary>Spoils the fixtures of every format many times over. Prints what went wrong, then <c>N passed, N failed</c>; 1 if any failed.</summary>
internal static class FuzzMode
{
    public const string Help = "fuzz FOLDER [--bodies N] [--seed N]";

    const int MostTold = 20;

    /// <summary>A long run tells this often, on the error stream, how far it is.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The exchanges of the fixture files in a folder.</summary>
    public static TrafficExchange[] Exchanges(string folder) =>
    [
        .. from file in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)
           from line in File.ReadLines(file)
           where line.Length > 0
           select new TrafficExchange(JsonDocument.Parse(line).RootElement),
    ];

    public static async Task<int> RunAsync(string folder, string[] options, TextWriter output)
    {
        var (bodies, seed) = (1_000_000, 20260506);
        for (var i = 0; i < options.Length; i += 2)
        {
            if (i + 1 < options.Length && int.TryParse(options[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && options[i] is "--bodies" or "--seed")
                (bodies, seed) = options[i] == "--bodies" ? (number, seed) : (bodies, number);
            else
                return await ComplainAsync($"'{string.Join(' ', options[i..])}' is none of [--bodies N] [--seed N], with N from 0 to {int.MaxValue}");
        }
        if (!Directory.Exists(folder) || Exchanges(folder) is not { Length: > 0 } exchanges)
            return await ComplainAsync($"'{folder}' is no folder with fixtures (*.jsonl)");
        var workers = Environment.ProcessorCount;
        var (done, failed) = (0, 0);
        var told = TimeProvider.System.GetTimestamp();
        await output.WriteLineAsync($"{bodies:N0} bodies from {exchanges.Length} fixtures of {exchanges.Select(exchange => (exchange.Provider, exchange.Api)).Distinct().Count()} APIs, seed {seed}, {workers} workers");
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() =>
        {
            using var run = new FuzzRun(exchanges, seed + worker);
            for (var i = worker; i < bodies; i += workers)
            {
                var complaint = run.Next();
                var finished = Interlocked.Increment(ref done);
                if (complaint is not null && Interlocked.Increment(ref failed) <= MostTold)
                    TextWriter.Synchronized(output).WriteLine(complaint);
                if (worker != 0 || TimeProvider.System.GetElapsedTime(told) <= Patience)
                    continue;
                told = TimeProvider.System.GetTimestamp();
                Console.Error.WriteLine($"... {finished:N0} of {bodies:N0}, {failed} failed");
            }
        })));
        await output.WriteLineAsync($"{done - failed} passed, {failed} failed");
        return failed > 0 || done == 0 ? 1 : 0;
    }

    static async Task<int> ComplainAsync(string complaint)
    {
        await Console.Error.WriteLineAsync(complaint);
        return 2;
    }
}
