using System.Globalization;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>Durations as Prometheus writes them.</summary>
internal static class Durations
{
    /// <summary>In the largest unit that leaves no rest: <c>90s</c>, <c>5m</c>, <c>1h</c>.</summary>
    public static string Text(TimeSpan time) => time.Ticks switch
    {
        var ticks when ticks > 0 && ticks % TimeSpan.TicksPerDay == 0 => Number(ticks / TimeSpan.TicksPerDay) + "d",
        var ticks when ticks > 0 && ticks % TimeSpan.TicksPerHour == 0 => Number(ticks / TimeSpan.TicksPerHour) + "h",
        var ticks when ticks > 0 && ticks % TimeSpan.TicksPerMinute == 0 => Number(ticks / TimeSpan.TicksPerMinute) + "m",
        var ticks => Number(ticks / TimeSpan.TicksPerSecond) + "s",
    };

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
