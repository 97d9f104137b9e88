namespace AiTelemetry.Benchmarks.Gates;

/// <summary>Measures pieces of work against each other: in one process, in turns, each by its quickest round.</summary>
/// <remarks>
/// Time is the processor's time of this process, so that a machine that is busy with something else does not count; what other work leaves behind in the
/// caches can only make a round slower, so the quickest of many says most of the work itself; and as the rounds of all contenders alternate, a change of
/// the machine's speed meets them alike. Only ratios of such figures mean anything.
/// </remarks>
internal static class Measure
{
    /// <summary>Rounds of each contender.</summary>
    public const int Times = 41;

    /// <summary>The nanoseconds each contender takes for one operation, in the order given.</summary>
    public static double[] Nanoseconds(params ReadOnlySpan<Action> contenders)
    {
        var rounds = new Rounds[contenders.Length];
        var least = new double[contenders.Length];
        for (var i = 0; i < contenders.Length; i++)
        {
            rounds[i] = new Rounds(contenders[i]);
            least[i] = double.MaxValue;
        }
        for (var round = 0; round < Times; round++)
        {
            for (var turn = 0; turn < contenders.Length; turn++)
            {
                var i = (round + turn) % contenders.Length;
                least[i] = Math.Min(least[i], rounds[i].Next().Nanoseconds);
            }
        }
        return least;
    }

    /// <summary>The fewest bytes this thread allocated for one operation, once that changes no more. Work that goes on elsewhere is not seen.</summary>
    public static long Bytes(Action operation)
    {
        // The runtime's last compilation takes some objects off the heap, and comes when it comes.
        var (least, unchanged) = (long.MaxValue, 0);
        for (var spell = 0; spell < 24 && unchanged < 8; spell++, unchanged++)
        {
            for (var i = 0; i < 100; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                operation();
                var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                if (bytes < least)
                    (least, unchanged) = (bytes, -1);
            }
            Task.Delay(TimeSpan.FromMilliseconds(110), TimeProvider.System).Wait();
        }
        return least;
    }

    /// <summary>The processor's time of one operation, or what was the least before.</summary>
    public static TimeSpan Least(TimeSpan before, Action operation)
    {
        var start = Environment.CpuUsage.TotalTime;
        operation();
        var took = Environment.CpuUsage.TotalTime - start;
        return took < before ? took : before;
    }
}
