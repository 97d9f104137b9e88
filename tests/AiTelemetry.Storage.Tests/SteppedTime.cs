namespace AiTelemetry.Storage.Tests;

/// <summary>A clock that stands where it is set; timers are the system's.</summary>
internal sealed class SteppedTime(DateTimeOffset now) : TimeProvider
{
    int _asked;

    public DateTimeOffset Now { get; set; } = now;

    /// <summary>How long whatever is measured seems to take.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Step.TotalSeconds * TimestampFrequency * _asked++);
}
