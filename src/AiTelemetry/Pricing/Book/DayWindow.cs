namespace AiTelemetry.Pricing;

/// <summary>A span of the UTC day, start inclusive, end exclusive; it wraps midnight when the end is not after the start.</summary>
internal readonly record struct DayWindow(TimeSpan Start, TimeSpan End)
{
    public bool Contains(TimeSpan time) => Start < End ? time >= Start && time < End : time >= Start || time < End;
}
