namespace AiTelemetry.Pricing;

/// <summary>Rates that hold in windows of the UTC day on some days of the week.</summary>
/// <param name="Name">What the vendor calls it, such as <c>peak</c>.</param>
/// <param name="Days">Bit n is set when the <see cref="DayOfWeek"/> n is listed.</param>
/// <param name="DaysOffset">The vendor's calendar: the day of the week is read this far from UTC.</param>
/// <param name="Windows">The windows, in UTC.</param>
/// <param name="Rates">The rates; those not listed stay as they are.</param>
internal sealed record TimeOfDayRates(string Name, int Days, TimeSpan DaysOffset, DayWindow[] Windows, TokenRates Rates)
{
    public bool Holds(DateTime utc)
    {
        // ±1 day of calendar offset cannot be added at the ends of time.
        if (utc.Ticks < TimeSpan.TicksPerDay || utc.Ticks > DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay)
            return false;
        if ((Days & (1 << (int)(utc + DaysOffset).DayOfWeek)) == 0)
            return false;
        foreach (var window in Windows)
        {
            if (window.Contains(utc.TimeOfDay))
                return true;
        }

        return false;
    }

    /// <summary>The first of them that holds, as an index; -1 for none.</summary>
    public static int IndexFor(TimeOfDayRates[] all, DateTime utc)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Holds(utc))
                return i;
        }

        return -1;
    }
}
