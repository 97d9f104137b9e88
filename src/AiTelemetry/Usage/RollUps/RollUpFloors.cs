namespace AiTelemetry.Usage;

/// <summary>From when on each step is whole: what lies before was pruned. Moments in ticks, at the start of days; 0 where nothing was.</summary>
internal readonly record struct RollUpFloors(long Rows, long Minute, long Hour, long Day)
{
    public long this[RollUpStep step] => step switch
    {
        RollUpStep.Rows => Rows,
        RollUpStep.Minute => Minute,
        RollUpStep.Hour => Hour,
        _ => Day,
    };

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
