namespace AiTelemetry.Usage;

/// <summary>The lengths of the steps.</summary>
internal static class RollUpSteps
{
    public static readonly RollUpStep[] Sums = [RollUpStep.Minute, RollUpStep.Hour, RollUpStep.Day];

    public static long Ticks(this RollUpStep step) => step switch
    {
        RollUpStep.Minute => TimeSpan.TicksPerMinute,
        RollUpStep.Hour => TimeSpan.TicksPerHour,
        RollUpStep.Day => TimeSpan.TicksPerDay,
        _ => 1,
    };

    /// <summary>The start of the step that a moment lies in.</summary>
    public static long Floor(this RollUpStep step, long ticks) => ticks - (ticks % step.Ticks());
}
