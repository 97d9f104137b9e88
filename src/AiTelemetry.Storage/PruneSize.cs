namespace AiTelemetry.Storage;

/// <summary>How many rows of each table a step of pruning deletes: half as many after one that took long, else twice. Those who append may wait for a step.</summary>
internal sealed class PruneSize(TimeProvider time)
{
    public const int Most = 500;
    const int Least = 8;

    /// <summary>Half of what a step may take, as the next one may take longer.</summary>
    static readonly TimeSpan Long = TimeSpan.FromMilliseconds(25);

    public int Rows { get; private set; } = Most;

    /// <summary>When a step begins, for <see cref="Ended"/>.</summary>
    public long Begin() => time.GetTimestamp();

    public void Ended(long begun) => Rows = time.GetElapsedTime(begun) > Long ? Math.Max(Least, Rows / 2) : Math.Min(Most, Rows * 2);
}
