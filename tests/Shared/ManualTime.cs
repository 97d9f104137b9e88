namespace AiTelemetry.Tests.Shared;

/// <summary>A clock that stands still until it is moved. Its timestamps run at an odd frequency, so that a unit mixed up shows.</summary>
internal sealed class ManualTime : TimeProvider
{
    long _ticks;

    /// <summary>The moment all tests begin at.</summary>
    public static readonly DateTimeOffset Start = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond * 7;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Interlocked.Read(ref _ticks));

    public override long GetTimestamp() => 123_457 + (Interlocked.Read(ref _ticks) * 7);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
