using System.Diagnostics;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>One piece of work, warmed up, and measured a round at a time: as many operations as fill some milliseconds.</summary>
internal sealed class Rounds
{
    /// <summary>Spells of running, each followed by a pause in which the runtime compiles what ran often; at least so many, and more while they get quicker.</summary>
    const int LeastSpells = 4;
    const int MostSpells = 100;

    /// <summary>So many spells in a row that bring nothing are taken for the end: what is compiled last waits for two seconds and more.</summary>
    const int SpellsInVain = 15;

    static readonly TimeSpan Spell = TimeSpan.FromMilliseconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(110);
    static readonly TimeSpan Length = TimeSpan.FromMilliseconds(4);

    readonly Action _operation;
    readonly Action? _prepare;
    readonly int _count;
    double _mean = double.MaxValue;

    /// <param name="operation">What is measured.</param>
    /// <param name="prepare">What is done before each operation and not measured.</param>
    /// <param name="alone">Whether nothing else in the process warms up the same code, so that it takes its time.</param>
    public Rounds(Action operation, Action? prepare = null, bool alone = false)
    {
        _operation = operation;
        _prepare = prepare;
        var (quickest, inVain) = (TimeSpan.MaxValue, 0);
        for (var spell = 0; spell < LeastSpells || (alone && spell < MostSpells && inVain < SpellsInVain); spell++)
        {
            var mean = RunSpell(ref quickest);
            inVain = mean < _mean * 0.95 ? 0 : inVain + 1;
            _mean = Math.Min(_mean, mean);
            Task.Delay(Pause, TimeProvider.System).Wait();
        }
        _count = (int)Math.Clamp(Length.Ticks / Math.Max(1, quickest.Ticks), 1, prepare is null ? 100_000 : 20);
    }

    /// <summary>Runs for some time; the mean nanoseconds of one operation.</summary>
    double RunSpell(ref TimeSpan quickest)
    {
        var (start, total, times) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, 0);
        for (; times < 40 || Stopwatch.GetElapsedTime(start) < Spell; times++)
        {
            _prepare?.Invoke();
            var began = Stopwatch.GetTimestamp();
            _operation();
            var took = Stopwatch.GetElapsedTime(began);
            total += took;
            quickest = took < quickest ? took : quickest;
        }
        return total.TotalNanoseconds / times;
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
