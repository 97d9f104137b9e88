namespace AiTelemetry.Storage.Tests;

/// <summary>A clock that stands where it is set; timers are the system's.</summary>
internal sealed class SteppedTime(DateTimeOffset now) : TimeProvider
{
    long _elapsed;

    public DateTimeOffset Now { get; set; } = now;

    /// <summary>How long whatever is measured takes by this clock.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Interlocked.Add(ref _elapsed, (long)(Step.TotalSeconds * TimestampFrequency));
}
