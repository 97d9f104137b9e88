using System.Globalization;
using System.Text.Json;

namespace AiTelemetry.Pricing;

/// <summary>Reads the rates of a time of day.</summary>
internal static class TimeOfDayReader
{
    static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static TimeOfDayRates Read(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartObject);
        var label = "";
        var days = 0x7F;
        var offset = TimeSpan.Zero;
        DayWindow[] windows = [];
        TokenRates? rates = null;
        List<string>? seen = null;
        while (cursor.Property(ref seen, out var name))
        {
            switch (name)
            {
                case "name": label = cursor.Text(); break;
                case "days": days = Days(ref cursor); break;
                case "daysUtcOffsetMinutes": offset = Offset(ref cursor); break;
                case "utc": windows = Windows(ref cursor); break;
                case "rates": rates = RateReader.Tokens(ref cursor, needsInput: false); break;
                default: throw cursor.Refuse("unknown key");
            }
        }

        if (windows.Length == 0 || rates is null || rates.IsEmpty)
            throw cursor.Refuse("a time of day has utc windows and rates");
        return new TimeOfDayRates(label, days, offset, windows, rates);
    }

    static int Days(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var days = 0;
        while (cursor.Element())
        {
            var day = Array.IndexOf(DayNames, cursor.Text());
            if (day < 0)
                throw cursor.Refuse("the days are mon, tue, wed, thu, fri, sat and sun");
            days |= 1 << day;
        }

        return days;
    }

    static TimeSpan Offset(ref JsonCursor cursor)
    {
        var minutes = cursor.Number();
        if (minutes is < -14 * 60 or > 14 * 60 || minutes != decimal.Truncate(minutes))
            throw cursor.Refuse("expected whole minutes from UTC, at most 14 hours");
        return TimeSpan.FromMinutes((int)minutes);
    }

    static DayWindow[] Windows(ref JsonCursor cursor)
    {
        cursor.Expect(JsonTokenType.StartArray);
        var windows = new List<DayWindow>();
        while (cursor.Element())
        {
            var text = cursor.Text();
            if (text.Split('-') is not [var start, var end] || !TryTime(start, out var first) || !TryTime(end, out var last) || first == last)
                throw cursor.Refuse($"\"{text}\" is not a window such as 01:00-04:00");
            windows.Add(new DayWindow(first, last));
        }

        return [.. windows];
    }

    static bool TryTime(string text, out TimeSpan time)
    {
        if (text == "24:00")
        {
            time = TimeSpan.Zero;
            return true;
        }

        return TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time);
    }
}
