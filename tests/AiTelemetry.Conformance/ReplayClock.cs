namespace AiTelemetry.Conformance;

/// <summary>A clock that shows the time at which an exchange was recorded; between two of them so much passes that nothing of the one is shown for the other.</summary>
internal sealed class ReplayClock : TimeProvider
{
    static readonly DateTimeOffset Undated = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);

    DateTimeOffset _now = Undated;
    long _timestamp = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _timestamp;

    public void MoveTo(DateTimeOffset? recordedAt)
    {
        _now = recordedAt ?? Undated;
        _timestamp += TimeSpan.FromMinutes(10).Ticks;
    }
}
