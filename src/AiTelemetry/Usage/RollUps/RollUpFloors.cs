namespace AiTelemetry.Usage;

/// <summary>From when on each step is whole: what lies before was pruned. Moments in ticks, at the start of days; 0 where nothing was.</summary>
internal readonly record struct RollUpFloors(long Rows, long Minute, long Hour, long Day)
{
    /// <summary>How many days <see cref="TrustedTime"/> looks at.</summary>
    public const int NewestDays = 3;

    public long this[RollUpStep step] => step switch
    {
        RollUpStep.Rows => Rows,
        RollUpStep.Minute => Minute,
        RollUpStep.Hour => Hour,
        _ => Day,
    };

    /// <summary>Whether nothing keeps a moment any more: no row, and no sum of it would be left.</summary>
    public bool KeepNothingOf(long ticks)
    {
        foreach (var step in RollUpSteps.Sums)
        {
            if (step.Floor(ticks) >= this[step])
                return false;
        }
        return true;
    }

    /// <summary>The time that pruning may take for true: a clock that is set ahead must not empty the ledger, also where calls go on under it.</summary>
    /// <param name="now">The time as the clock has it, in ticks.</param>
    /// <param name="days">The newest days up to then that have sums, the newest first, three where there are so many.</param>
    /// <returns>The clock's time where calls came on three days in a row, else the end of the last day before the gap: what came after it may be a wrong clock's. 0 where there is none.</returns>
    public static long TrustedTime(long now, IReadOnlyList<long> days)
    {
        if (days.Count == 0)
            return 0;
        var inARow = 1;
        while (inARow < days.Count && days[inARow - 1] - days[inARow] == TimeSpan.TicksPerDay)
            inARow++;
        var trusted = inARow == NewestDays ? 0 : Math.Min(inARow, days.Count - 1);
        return Math.Min(now, days[trusted] + TimeSpan.TicksPerDay);
    }

    /// <summary>Of each step the later one.</summary>
    public RollUpFloors Or(RollUpFloors other) => new(Math.Max(Rows, other.Rows), Math.Max(Minute, other.Minute), Math.Max(Hour, other.Hour), Math.Max(Day, other.Day));

    /// <summary>The floors that retention asks for at a time. They never go down, and go up only where something lies below: what was not pruned is whole.</summary>
    /// <param name="options">How long each step is kept.</param>
    /// <param name="now">The time, in ticks.</param>
    /// <param name="hasBefore">Whether a step has anything before a moment.</param>
    public RollUpFloors Raised(UsageLedgerOptions options, long now, Func<RollUpStep, long, bool> hasBefore)
    {
        return new RollUpFloors(Raise(RollUpStep.Rows, Rows, options.RowRetention), Raise(RollUpStep.Minute, Minute, options.MinuteRetention),
            Raise(RollUpStep.Hour, Hour, options.HourRetention), Raise(RollUpStep.Day, Day, options.DayRetention));

        long Raise(RollUpStep step, long floor, TimeSpan retention)
        {
            var wanted = RollUpStep.Day.Floor(Math.Max(0, now - retention.Ticks));
            return wanted > floor && hasBefore(step, wanted) ? wanted : floor;
        }
    }
}
