namespace AiTelemetry.Benchmarks.Rig;

/// <summary>The clock, some time ahead.</summary>
internal sealed class MovedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
