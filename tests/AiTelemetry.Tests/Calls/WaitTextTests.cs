using AiTelemetry.Calls;
using AiTelemetry.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace AiTelemetry.Tests.Calls;

public class WaitTextTests
{
    [Theory]
    [InlineData("12ms", 0.012)]
    [InlineData("0s", 0)]
    [InlineData("6m0s", 360)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("1m2.5s", 62.5)]
    [InlineData("2m59.56s", 179.56)]
    [InlineData("1d2h", 93600)]
    [InlineData("1s", 1)]
    [InlineData("250us", 0.00025)]
    [InlineData("250\u00b5s", 0.00025)]
    [InlineData("250\u00c2\u00b5s", 0.00025)]
    [InlineData("5000ns", 0.000005)]
    [InlineData("30", 30)]
    [InlineData(" 30 ", 30)]
    [InlineData("33011.382867", 33011.382867)]
    [InlineData("0", 0)]
    [InlineData("2026-05-06T07:09:09Z", 60)]
    [InlineData("2026-05-06t07:09:09.5z", 60.5)]
    [InlineData("2026-05-06T07:09:09.123456789Z", 60.1234567)]
    [InlineData("2026-05-06T09:09:09+02:00", 60)]
    [InlineData("2026-05-06T02:09:09-05:00", 60)]
    [InlineData("2026-05-06 07:09:09", 60)]
    [InlineData("2024-04-07T07:31:00Z", -65576229)]
    [InlineData("Wed, 06 May 2026 07:09:09 GMT", 60)]
    [InlineData("Wednesday, 06-May-26 07:09:09 GMT", 60)]
    [InlineData("Wed May  6 07:09:09 2026", 60)]
    [InlineData("1778051349", 60)]
    [InlineData("1778051349.25", 60.25)]
    [InlineData("1778051349000", 60)]
    public void A_reset_is_read_in_every_way_it_is_written(string text, double seconds)
    {
        Assert.True(WaitText.TryReadReset(text, ManualTime.Start, out var at, out _));
        Assert.Equal(seconds, (at - ManualTime.Start).TotalSeconds, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("-1s")]
    [InlineData("5 parsecs")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("99999h")]
    [InlineData("99999999999999999999999999")]
    [InlineData("100000000")]
    [InlineData("1e300")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("\u221e")]
    [InlineData(".")]
    [InlineData("12/2026")]
    [InlineData("May")]
    [InlineData("07:09")]
    [InlineData("2026-05-06")]
    [InlineData("2026-13-06T07:09:09Z")]
    [InlineData("2026-05-06T07:09:09.Z")]
    [InlineData("2026-05-06T07:09:09+99:99")]
    [InlineData("2026-05-06T07:09:09ZZ")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("2029-05-06T07:09:09Z")]
    [InlineData("1999999999")]
    [InlineData("X-RATELIMIT-RESET-XXX")]
    public void A_reset_that_makes_no_sense_is_none(string text) => Assert.False(WaitText.TryReadReset(text, ManualTime.Start, out _, out _));

    [Theory]
    [InlineData("retry-after", "7", 7d)]
    [InlineData("retry-after", "1.5", 1.5)]
    [InlineData("retry-after", "20s", 20d)]
    [InlineData("retry-after", "Wed, 06 May 2026 07:09:09 GMT", 60d)]
    [InlineData("retry-after", "2026-05-06T07:09:09Z", 60d)]
    [InlineData("retry-after", "Wed, 06 May 2020 07:09:09 GMT", 0d)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("retry-after", "Infinity", null)]
    [InlineData("retry-after", "99999999999999999999999999", null)]
    [InlineData("retry-after-ms", "99999999999999999999999999", null)]
    [InlineData("retry-after", "-1", null)]
    [InlineData("retry-after", "tomorrow", null)]
    [InlineData("retry-after", "", null)]
    public void The_wait_that_an_answer_asks_for_is_read_or_refused(string name, string value, double? seconds)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(name, value);
        Assert.Equal(seconds, WaitText.AskedBy(response.Headers, ManualTime.Start)?.TotalSeconds);
    }

    [Fact]
    public void Milliseconds_go_before_seconds_where_both_are_told()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("retry-after", "1");
        response.Headers.TryAddWithoutValidation("retry-after-ms", "0");
        Assert.Equal(TimeSpan.Zero, WaitText.AskedBy(response.Headers, ManualTime.Start));
    }

    [Fact]
    public void No_text_makes_it_throw()
    {
        var pieces = Gen.Elements("0", "1", "9", "59", "99999999", ".", "-", "+", ":", "T", "Z", " ", "d", "h", "m", "s", "ms", "2026-05-06", "07:08:09", "NaN", "\u221e", "GMT", "Wed, ", "May", "\0");
        Prop.ForAll(pieces.ListOf().ToArbitrary(), parts =>
        {
            var text = string.Concat(parts);
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("retry-after", text);
            _ = WaitText.AskedBy(response.Headers, ManualTime.Start);
            return !WaitText.TryReadReset(text, ManualTime.Start, out var at, out _) || at - ManualTime.Start <= TimeSpan.FromDays(366);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }
}
