using System.Diagnostics;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>One piece of work, warmed up, and measured a round at a time: as many operations as fill some milliseconds.</summary>
internal sealed class Rounds
{
    /// <summary>Spells of running, each followed by a pause in which the runtime compiles what ran often.</summary>
    const int Spells = 4;

    static readonly TimeSpan Spell = TimeSpan.FromMilliseconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(110);
    static readonly TimeSpan Length = TimeSpan.FromMilliseconds(4);

    readonly Action _operation;
    readonly Action? _prepare;
    readonly int _count;

    /// <param name="operation">What is measured.</param>
    /// <param name="prepare">What is done before each operation and not measured.</param>
    public Rounds(Action operation, Action? prepare = null)
    {
        _operation = operation;
        _prepare = prepare;
        var quickest = TimeSpan.MaxValue;
        for (var spell = 0; spell < Spells; spell++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 40 || Stopwatch.GetElapsedTime(start) < Spell; i++)
            {
                prepare?.Invoke();
                var began = Stopwatch.GetTimestamp();
                operation();
                var took = Stopwatch.GetElapsedTime(began);
                quickest = took < quickest ? took : quickest;
            }
            Task.Delay(Pause, TimeProvider.System).Wait();
        }
        _count = (int)Math.Clamp(Length.Ticks / Math.Max(1, quickest.Ticks), 1, prepare is null ? 100_000 : 20);
    }

    /// <summary>The processor's nanoseconds and the bytes of all threads, for one operation.</summary>
    public (double Nanoseconds, long Bytes) Next()
    {
        if (_prepare is null)
            return Run(_count);
        var least = (Nanoseconds: double.MaxValue, Bytes: long.MaxValue);
        for (var i = 0; i < _count; i++)
        {
            _prepare();
            var (nanoseconds, bytes) = Run(1);
            least = (Math.Min(least.Nanoseconds, nanoseconds), Math.Min(least.Bytes, bytes));
        }
        return least;
    }

    (double Nanoseconds, long Bytes) Run(int count)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < count; i++)
            _operation();
        var took = Environment.CpuUsage.TotalTime - start;
        return (took.TotalNanoseconds / count, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / count);
    }
}
