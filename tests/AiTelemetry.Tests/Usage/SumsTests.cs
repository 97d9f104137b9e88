using AiTelemetry.Usage;

namespace AiTelemetry.Tests.Usage;

public class SumsTests
{
    [Fact]
    public void Every_duration_is_within_one_percent_of_the_middle_of_its_bucket()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var ticks = random.NextInt64() >> random.Next(62);
            var middle = LatencySketch.MiddleOf(LatencySketch.BucketOf(ticks));
            Assert.InRange((Int128)middle * 100, (Int128)ticks * 99, (Int128)ticks * 101);
        }
    }

    [Fact]
    public void Buckets_follow_each_other_without_gap_or_overlap()
    {
        var last = -1;
        for (var ticks = 0L; ticks < 100_000; ticks++)
        {
            var bucket = LatencySketch.BucketOf(ticks);
            Assert.InRange(bucket, last, last + 1);
            last = bucket;
        }
    }

    [Fact]
    public void Money_is_exact_in_any_order_where_decimals_are_not()
    {
        decimal[] costs = [79_000m, 0.000000000000000000000003m, 123_456.789m, 0.00225m, 0.0000001m];
        var sums = new[] { costs, [.. costs.Reverse()] }.Select(order => order.Aggregate(Int128.Zero, (sum, usd) => sum + Money.Of(usd))).ToArray();

        Assert.Equal(sums[0], sums[1]);
        Assert.Equal(Int128.Parse("202456791250100000000000000003", System.Globalization.CultureInfo.InvariantCulture), sums[0]);
        Assert.Equal(0.00225m, Money.ToUsd(Money.Of(0.00225m)));
        Assert.Equal(-1.5m, Money.ToUsd(Money.Of(-1.5m)));
        Assert.Equal("2250000", Money.ToUsd(Money.Of(0.00225m) * 1_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0m, Money.ToUsd(0));
        Assert.Equal(Money.Of(79_228_162_514_264m), Money.Of(Money.ToUsd(Money.Of(79_228_162_514_264m))));
    }

    [Fact]
    public void Numbers_are_read_as_they_were_packed()
    {
        var writer = new PackedWriter();
        long[] numbers = [0, 1, -1, 63, 64, -65, int.MaxValue, long.MaxValue, long.MinValue];
        Int128[] wide = [0, 1, -1, Int128.MaxValue, Int128.MinValue, (Int128)long.MaxValue * 4];
        foreach (var number in numbers)
            writer.Signed(number);
        foreach (var number in wide)
            writer.Signed(number);

        var reader = new PackedReader(writer.Written);
        foreach (var number in numbers)
            Assert.Equal(number, reader.Signed());
        foreach (var number in wide)
            Assert.Equal(number, reader.Signed128());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Totals_that_are_cut_off_are_found_to_be()
    {
        var totals = new UsageTotals();
        totals.Add(UsagePipelineTests.Call());
        var writer = new PackedWriter();
        totals.Write(writer);
        var bytes = writer.Written.ToArray();

        Assert.Throws<InvalidDataException>(() => new UsageTotals().Merge(bytes.AsSpan(0, bytes.Length - 1), withSketches: true));
    }

    [Fact]
    public void Totals_whose_bytes_were_changed_are_read_or_refused_and_take_neither_time_nor_memory()
    {
        var totals = new UsageTotals();
        for (var i = 0; i < 40; i++)
            totals.Add(UsagePipelineTests.Call() with { Duration = TimeSpan.FromTicks(1L << i) });
        var writer = new PackedWriter();
        totals.Write(writer);
        var random = new Random(3);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = writer.Written.ToArray();
            var changed = bytes.AsSpan(random.Next(bytes.Length - 8), random.Next(1, 6));
            random.NextBytes(changed);
            for (var place = 0; place < changed.Length - 1 && i % 2 == 0; place++)
                changed[place] |= 0x80; // so that they are one number
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                new UsageTotals().Merge(bytes, withSketches: true);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
        Assert.NotEqual(0, refused);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 100)]
    [InlineData(7, 3200)]
    [InlineData(8, 5000)]
    [InlineData(1_000_000, 5000)]
    public void A_failed_commit_is_tried_again_later_and_later(int failures, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), CommitRetry.WaitAfter(failures));
}
