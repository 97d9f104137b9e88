using System.Diagnostics;
using AiTelemetry.Benchmarks.Rig;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What is left of the costs when there is much of everything: streams at once, and calls one after the other.</summary>
internal static class LoadGates
{
    const int Streams = 100;
    const int Chunks = 40;
    const int Calls = 1_000_000;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>From when our stream has the bytes to when the app has them, for each piece of each stream.</summary>
    public static IEnumerable<Gate> Delay()
    {
        using var listening = Listening.ToAiTelemetry(Listeners.Both);
        var (delays, heldBack) = DelaysAsync().GetAwaiter().GetResult();
        Array.Sort(delays);
        yield return new Gate("100 streams, a chunk each 50 ms: delay we add to a chunk, p99", 1, delays[(int)(delays.Length * 0.99)] / 1000, "ms",
            Note: string.Create(System.Globalization.CultureInfo.InvariantCulture, $"median {delays[delays.Length / 2]:N1} us, {delays.Length} chunks"));
        yield return Gate.Bytes("100 streams, a chunk each 50 ms: bytes held back", 0, heldBack);
    }

    /// <summary>What many calls leave behind.</summary>
    public static IEnumerable<Gate> Retained() => Retained(Calls, 5 << 20);

    /// <inheritdoc cref="Retained()"/>
    public static IEnumerable<Gate> Retained(int calls, int most)
    {
        using var client = CallClient.Observed(new CannedHandler(Bodies.Of(Answer.Json1KB)));
        using var listening = Listening.ToAiTelemetry(Listeners.Both);
        using var process = Process.GetCurrentProcess();
        for (var i = 0; i < 10_000; i++)
            client.Call();
        var (bytes, threads, handles) = State(process);
        for (var i = 0; i < calls; i++)
            client.Call();
        var after = State(process);
        yield return Gate.Bytes($"{calls:N0} calls: bytes retained", most, after.Bytes - bytes);
        yield return new Gate($"{calls:N0} calls: threads more", 0, after.Threads - threads, "");
        yield return new Gate($"{calls:N0} calls: handles more", 0, after.Handles - handles, "");
    }

    static async Task<(double[] Delays, long HeldBack)> DelaysAsync()
    {
        var body = Bodies.Events(Chunks);
        var ends = new List<int> { 0 };
        for (var at = 0; (at = body.AsSpan(at).IndexOf("\n\n"u8)) >= 0; ends.Add(at))
            at += ends[^1] + 2;
        var sources = Array.ConvertAll(new PacedStream[Streams], static _ => new PacedStream());
        var readers = Array.ConvertAll(sources, source => ReadAsync(source, body, ends));
        using var pace = new PeriodicTimer(Pace / 10);
        for (var tick = 0; await pace.WaitForNextTickAsync() && tick < 10 * ends.Count; tick++)
        {
            // A tenth of the streams at a time, each again ten ticks later; the last piece is empty, which is the end.
            for (var i = tick % 10; i < Streams; i += 10)
                sources[i].Arrive(tick / 10 + 1 < ends.Count ? body.AsMemory(ends[tick / 10], ends[(tick / 10) + 1] - ends[tick / 10]) : default);
        }
        var read = await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        return ([.. read.SelectMany(static one => one.Delays)], read.Sum(static one => one.HeldBack));
    }

    /// <summary>Reads one stream: microseconds for each piece, and the bytes that were there and did not come with the read.</summary>
    static async Task<(List<double> Delays, long HeldBack)> ReadAsync(PacedStream source, byte[] body, List<int> ends)
    {
        using var client = CallClient.Observed(source.Handler(), streaming: true);
        using var stream = await client.OpenAsync();
        var delays = new List<double>();
        var buffer = new byte[4096];
        var (sum, heldBack) = (0, 0L);
        while (await stream.ReadAsync(buffer) is var read and > 0)
        {
            delays.Add(Stopwatch.GetElapsedTime(source.HandedOut).TotalMicroseconds);
            sum += read;
            heldBack += Math.Max(0, ends[Math.Min(delays.Count, ends.Count - 1)] - sum);
        }
        return sum == body.Length ? (delays, heldBack) : throw new InvalidOperationException($"{sum} of {body.Length} bytes came.");
    }

    static (long Bytes, int Threads, int Handles) State(Process process)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        process.Refresh();
        return (GC.GetTotalMemory(forceFullCollection: true), process.Threads.Count, process.HandleCount);
    }
}
