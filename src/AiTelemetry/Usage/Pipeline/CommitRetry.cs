namespace AiTelemetry.Usage;

/// <summary>When a commit that failed is tried again: soon, then ever later, up to five seconds.</summary>
internal static class CommitRetry
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>The wait after so many failures in a row, from 1.</summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures > 7 ? Longest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, (TimeSpan.TicksPerMillisecond * 50) << (failures - 1)));
}
