// One piece because it is the one suite that every ledger passes.

namespace AiTelemetry.Storage.Tests;

/// <summary>What every ledger promises.</summary>
public abstract class LedgerSuite : IDisposable
{
    internal static readonly DateTimeOffset Now = new(2026, 5, 20, 10, 30, 15, TimeSpan.Zero);

    static readonly UsageMeasure[] All = Enum.GetValues<UsageMeasure>();

    internal SteppedTime Time { get; } = new(Now);

    internal UsageLedgerOptions Options { get; } = new();

    internal abstract UsageLedger Make();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public async Task A_record_that_is_appended_again_and_again_is_counted_once()
    {
        using var ledger = Make();
        var record = Records.Call(Now);

        Assert.Equal(AppendStatus.Added, (await ledger.AppendAsync([record]))[0]);
        Assert.Equal(AppendStatus.Known, (await ledger.AppendAsync([record]))[0]);
        var twice = await ledger.AppendAsync([record, Records.Call(Now), record]);

        Assert.Equal((1, 2), (twice.Added, twice.Known));
        var totals = await TotalsAsync(ledger);
        Assert.Equal((2, 0.0045m, 200L), (totals.Calls, totals.CostUsd, totals.Tokens(TokenKind.Input)));
        Assert.Equal(2, (await ledger.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default)).Count);
    }

    [Theory]
    [InlineData("hl", 1)]
    [InlineData("lh", 1)]
    [InlineData("li", 1)]
    [InlineData("hh", 2)]
    [InlineData("hhl", 2)]
    [InlineData("lhh", 2)]
    [InlineData("hlh", 2)]
    [InlineData("ilhmh", 2)]
    [InlineData("lhlhih", 3)]
    public async Task One_call_seen_by_several_doors_is_one_and_each_of_the_handlers_calls_is_one(string doors, int calls)
    {
        using var ledger = Make();

        foreach (var door in doors)
        {
            var record = Records.Call(Now, door switch { 'h' => UsageSource.Handler, 'l' => UsageSource.Log, 'm' => UsageSource.Mcp, _ => UsageSource.Ingest }, "resp-1");
            await ledger.AppendAsync([record]);
            await ledger.AppendAsync([record]); // retried, it stays what it was
        }

        Assert.Equal(calls, (await TotalsAsync(ledger)).Calls);
    }

    [Theory]
    [InlineData(1, UsageSource.Handler)]
    [InlineData(9, UsageSource.Handler)]
    [InlineData(10, UsageSource.Handler)]
    [InlineData(11, UsageSource.Handler)]
    [InlineData(11, UsageSource.Log)]
    public async Task A_record_that_comes_again_behind_newer_ones_of_the_same_append_is_counted_once(int newer, UsageSource source)
    {
        using var ledger = Make();
        var (random, again) = (new Random(newer), Records.Call(Now.AddDays(-1), source, "resp-1"));
        UsageRecord[] others = [.. Enumerable.Range(1, newer).Select(i => Records.Call(Now.AddDays(-1), id: Records.Id(random, Now.AddMinutes(i))))];

        var result = await ledger.AppendAsync([again, .. others, again, Records.Call(Now.AddDays(-1), UsageSource.Ingest, "resp-1", id: Records.Id(random, Now.AddHours(1)))]);

        Assert.Equal((newer + 1, 2), (result.Added, result.Known));
        Assert.Equal(newer + 1, (await TotalsAsync(ledger)).Calls);
        Assert.Equal(newer + 1, (await ledger.RowsAsync(Now.AddDays(-2), Now.AddDays(1), default)).Count);
        Assert.Equal(newer + 2, (await ledger.AppendAsync([again, .. others, again])).Known);
    }

    [Fact]
    public async Task Within_one_append_the_same_rules_hold()
    {
        using var ledger = Make();

        var result = await ledger.AppendAsync([Records.Call(Now, UsageSource.Log, "a"), Records.Call(Now, UsageSource.Handler, "a"), Records.Call(Now, UsageSource.Handler, "a"), Records.Call(Now, UsageSource.Ingest, "b")]);

        Assert.Equal([AppendStatus.Added, AppendStatus.Known, AppendStatus.Added, AppendStatus.Added], Enumerable.Range(0, 4).Select(i => result[i]));
    }

    [Fact]
    public async Task A_request_id_is_the_key_where_there_is_no_response_id_and_is_never_taken_for_one()
    {
        using var ledger = Make();
        var byHandler = Records.Call(Now) with { RequestId = "x-1" };

        await ledger.AppendAsync([byHandler, byHandler with { Id = Guid.CreateVersion7(Now), Source = UsageSource.Log }]);
        Assert.Equal(1, (await TotalsAsync(ledger)).Calls);
        await ledger.AppendAsync([Records.Call(Now, UsageSource.Log, "x-1"), Records.Call(Now, UsageSource.Log, "x-1") with { Provider = "azure" }]);
        Assert.Equal(3, (await TotalsAsync(ledger)).Calls);
    }

    [Fact]
    public async Task Records_without_any_id_of_the_provider_are_calls_of_their_own()
    {
        using var ledger = Make();

        await ledger.AppendAsync([Records.Call(Now, UsageSource.Log), Records.Call(Now, UsageSource.Log), Records.Call(Now, UsageSource.Ingest)]);

        Assert.Equal(3, (await TotalsAsync(ledger)).Calls);
    }

    [Fact]
    public async Task A_record_that_is_impossible_is_refused_alone_and_with_the_reason()
    {
        using var ledger = Make();

        var result = await ledger.AppendAsync([Records.Call(Now), Records.Call(Now) with { Usage = new TokenUsage { Input = -1 } }, Records.Call(Now)]);

        Assert.Equal(2, result.Added);
        var refused = Assert.Single(result.Refused);
        Assert.Equal((1, "The count of Input tokens is impossible (-1); allowed are 0 to 2147483645."), (refused.Index, refused.Reason));
        Assert.Equal(AppendStatus.Refused, result[1]);
        Assert.Equal(2, (await TotalsAsync(ledger)).Calls);
    }

    [Fact]
    public async Task A_call_within_the_lateness_window_lands_in_its_own_bucket_and_one_beyond_is_refused()
    {
        using var ledger = Make();
        var late = Now - Options.LatenessWindow;

        var result = await ledger.AppendAsync([Records.Call(late.AddMinutes(1)), Records.Call(late.AddMinutes(-1)), Records.Call(Now)]);

        Assert.Equal(2, result.Added);
        Assert.Contains("older than the lateness window of 30 days", Assert.Single(result.Refused).Reason, StringComparison.Ordinal);
        var rows = await ledger.QueryAsync(new UsageQuery { From = late.AddDays(-1), To = Now.AddDays(1), Bucket = TimeSpan.FromMinutes(1) });
        Assert.Equal([new DateTimeOffset(2026, 4, 20, 10, 31, 0, TimeSpan.Zero), new DateTimeOffset(2026, 5, 20, 10, 30, 0, TimeSpan.Zero)], rows.Select(row => row.From));
    }

    [Fact]
    public async Task A_correction_changes_the_sums_and_is_no_call()
    {
        using var ledger = Make();
        var call = Records.Call(Now);

        await ledger.AppendAsync([call, call with
        {
            Id = Guid.CreateVersion7(Now),
            Corrects = call.Id,
            Usage = new TokenUsage { Output = -5 },
            Cost = CostResult.Stored(-0.00025m, CostStatus.Exact, CostNotes.None, null, 0, null),
        }]);

        var totals = await TotalsAsync(ledger);
        Assert.Equal((1, 1, 0.002m, 100L, 15L), (totals.Calls, totals.Corrections, totals.CostUsd, totals.Tokens(TokenKind.Input), totals.Tokens(TokenKind.Output)));
    }

    [Fact]
    public async Task A_correction_of_tokens_whose_cost_is_not_known_does_not_make_the_cost_zero()
    {
        using var ledger = Make();
        var call = Records.Call(Now, usd: null);

        await ledger.AppendAsync([call, call with { Id = Guid.CreateVersion7(Now), Corrects = call.Id, Usage = new TokenUsage { Output = -5 } }]);

        Assert.Null((await TotalsAsync(ledger)).CostUsd);
        await ledger.AppendAsync([call with { Id = Guid.CreateVersion7(Now), Corrects = call.Id, Usage = default, Cost = CostResult.Stored(0.002m, CostStatus.Exact, CostNotes.None, null, 0, null) }]);
        Assert.Equal(0.002m, (await TotalsAsync(ledger)).CostUsd);
    }

    [Fact]
    public async Task What_is_not_known_is_counted_and_never_zero()
    {
        using var ledger = Make();
        await ledger.AppendAsync([Records.Call(Now, usd: null), Records.Call(Now, usd: null) with { Usage = default, UsageStatus = UsageStatus.Absent }]);

        var row = Assert.Single(await ledger.QueryAsync(new UsageQuery { From = Now.AddHours(-1), To = Now.AddHours(1), Measures = All }));

        Assert.Null(row[UsageMeasure.CostUsd]);
        Assert.Null(row[UsageMeasure.CostPerCallUsd]);
        Assert.Null(row[UsageMeasure.ReasoningTokens]);
        Assert.Null(row[UsageMeasure.FirstTokenP50Seconds]);
        Assert.Equal((1, 1, 100m), (row.Totals.UnpricedCalls, row.Totals.CallsWithoutUsage, row[UsageMeasure.InputTokens]));
        Assert.Throws<ArgumentException>(() => Assert.Single(ledger.QueryAsync(new UsageQuery { From = Now.AddHours(-1), To = Now.AddHours(1) }).AsTask().Result)[UsageMeasure.P99Seconds]);
    }

    [Fact]
    public async Task Nothing_asked_for_is_one_empty_row_and_with_groups_none()
    {
        using var ledger = Make();
        var query = new UsageQuery { From = Now.AddHours(-1), To = Now };

        Assert.Equal(0, Assert.Single(await ledger.QueryAsync(query))[UsageMeasure.Calls]);
        Assert.Empty(await ledger.QueryAsync(query with { GroupBy = [UsageDimension.Model] }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await ledger.QueryAsync(query with { To = query.From }));
    }

    [Fact]
    public async Task Any_order_and_any_batches_with_late_and_repeated_records_give_the_same_bytes()
    {
        var shuffles = Faults.FaultRecords.Setting("AITELEMETRY_SHUFFLES", 12);
        var records = Records.Many(150, 1, Now, TimeSpan.FromDays(29));
        IReadOnlyList<RollUp>? first = null;
        for (var seed = 0; seed < shuffles; seed++)
        {
            var random = new Random(seed);
            UsageRecord[] order = [.. records, .. records.Take(40)];
            random.Shuffle(order);
            using var ledger = Make();
            for (var i = 0; i < order.Length;)
            {
                var count = Math.Min(random.Next(1, 60), order.Length - i);
                await ledger.AppendAsync(order[i..(i + count)]);
                i += count;
            }
            var sums = await ledger.RollUpsAsync(default);
            first ??= sums;
            AssertSame(first, sums);
        }
        Assert.Equal(150, first!.Where(sum => sum.Step == RollUpStep.Day).Sum(sum => Calls(sum)));
    }

    [Fact]
    public async Task Sums_made_anew_are_the_same_to_the_byte()
    {
        using var ledger = Make();
        await ledger.AppendAsync(Records.Many(400, 2, Now, TimeSpan.FromDays(6)));
        var before = await ledger.RollUpsAsync(default);

        await ledger.RebuildAsync(null, default);

        AssertSame(before, await ledger.RollUpsAsync(default));
    }

    [Fact]
    public async Task Rows_come_back_as_they_were_appended()
    {
        using var ledger = Make();
        var records = Records.Many(200, 3, Now, TimeSpan.FromDays(2));
        await ledger.AppendAsync(records);

        var rows = await ledger.RowsAsync(Now.AddDays(-3), Now, default);

        Assert.Equal(records.OrderBy(record => record.StartedAt).Select(Text), rows.Select(Text));
    }

    [Fact]
    public async Task Every_field_of_a_record_comes_back_as_it_was()
    {
        using var ledger = Make();
        var records = FullRecord.All(Now);

        Assert.Equal(records.Length, (await ledger.AppendAsync(records)).Added);

        Assert.Equal(records.Select(FullRecord.Text), (await ledger.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default)).OrderBy(row => row.StartedAt).Select(FullRecord.Text));
        var plain = Records.Call(Now);
        Assert.All(FullRecord.Settable(typeof(UsageRecord)).Where(property => property.Name != nameof(UsageRecord.Version)), property =>
            Assert.Contains(records, record => FullRecord.Text(property.GetValue(record)) != FullRecord.Text(property.GetValue(plain))));
    }

    [Fact]
    public async Task Questions_are_answered_as_if_every_row_were_added_up()
    {
        using var ledger = Make();
        var records = Records.Many(600, 4, Now, TimeSpan.FromDays(5));
        await ledger.AppendAsync(records);
        var random = new Random(5);

        for (var i = 0; i < 120; i++)
        {
            var query = PlainAnswer.AnyQuery(random, Now);
            Assert.Equal(PlainAnswer.Of(query, records), (await ledger.QueryAsync(query)).Select(PlainAnswer.Text));
        }
    }

    [Fact]
    public async Task Percentiles_are_within_one_percent_of_the_exact_ones()
    {
        using var ledger = Make();
        var records = Records.Many(3000, 6, Now, TimeSpan.FromHours(20));
        await ledger.AppendAsync(records);
        var exact = records.Select(record => record.Duration.Ticks).Order().ToArray();

        var totals = Assert.Single(await ledger.QueryAsync(new UsageQuery { From = Now.AddDays(-1), To = Now.AddDays(1), Measures = [UsageMeasure.P95Seconds] })).Totals;

        foreach (var percent in (int[])[50, 95, 99])
        {
            var expected = exact[(int)Math.Ceiling(exact.Length * percent / 100.0) - 1];
            Assert.InRange(totals.DurationPercentile(percent)!.Value.Ticks, expected * 0.99, expected * 1.01);
        }
    }

    [Fact]
    public async Task What_is_too_old_is_pruned_from_the_finest_on_and_the_rest_answers_as_before()
    {
        using var ledger = Make();
        var records = Records.Many(300, 7, Now, TimeSpan.FromDays(29));
        await ledger.AppendAsync(records);
        Time.Now = Now.AddDays(20);
        await ledger.AppendAsync(LastDays());

        for (var step = 0; await ledger.PruneAsync(default); step++)
            Assert.InRange(step, 0, 100);

        var days = new UsageQuery { From = Midnight(Now.AddDays(-40)), To = Midnight(Now.AddDays(21)) };
        Assert.Equal(303, Assert.Single(await ledger.QueryAsync(days))[UsageMeasure.Calls]);
        Assert.Equal(3, (await ledger.RowsAsync(days.From, days.To, default)).Count);
        var late = await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.QueryAsync(days with { GroupBy = [UsageDimension.User] }));
        Assert.Contains("rows 2026-06-02, minute 2026-05-10, hour all, day all", late.Message, StringComparison.Ordinal);
        Assert.Contains("Ask for a later start", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_is_still_known_when_the_row_is_gone()
    {
        using var ledger = Make();
        var record = Records.Call(Now, UsageSource.Log, "resp-9");
        await ledger.AppendAsync([record]);
        Time.Now = Now.AddDays(25);
        await ledger.AppendAsync(LastDays());
        while (await ledger.PruneAsync(default))
        {
        }

        Assert.Equal(1, (await ledger.AppendAsync([record, Records.Call(Now.AddSeconds(1), UsageSource.Ingest, "resp-9"), Records.Call(Now.AddDays(1))])).Added);
        Assert.Equal(5, Assert.Single(await ledger.QueryAsync(new UsageQuery { From = Midnight(Now), To = Midnight(Now.AddDays(30)) }))[UsageMeasure.Calls]);
    }

    [Fact]
    public async Task A_clock_set_years_ahead_does_not_empty_the_ledger()
    {
        using var ledger = Make();
        await ledger.AppendAsync([Records.Call(Now)]);

        Time.Now = Now.AddYears(5);
        while (await ledger.PruneAsync(default))
        {
        }

        Assert.Single(await ledger.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default));
    }

    [Fact]
    public async Task A_clock_set_years_ahead_while_calls_go_on_empties_nothing_and_what_comes_once_it_is_right_is_counted()
    {
        using var ledger = Make();
        await ledger.AppendAsync([Records.Call(Now.AddDays(-20)), .. LastDays()]);
        foreach (var ahead in (DateTimeOffset[])[Now.AddYears(5), Now.AddYears(5).AddDays(1)])
        {
            Time.Now = ahead;
            await ledger.AppendAsync([Records.Call(ahead)]);
            while (await ledger.PruneAsync(default))
            {
            }
        }

        Time.Now = Now.AddMinutes(1);
        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Time.Now)])).Added);

        Assert.Equal(5, Assert.Single(await ledger.QueryAsync(new UsageQuery { From = Midnight(Now.AddDays(-20)), To = Midnight(Now.AddDays(1)) }))[UsageMeasure.Calls]);
        Assert.Equal(4, (await ledger.RowsAsync(Now.AddDays(-3), Now.AddDays(1), default)).Count);
    }

    [Fact]
    public async Task What_is_older_than_every_sum_that_is_kept_is_refused_and_not_acknowledged_for_nothing()
    {
        Options.MinuteRetention = Options.HourRetention = Options.DayRetention = Options.RowRetention = TimeSpan.FromDays(2);
        using var ledger = Make();
        await ledger.AppendAsync([Records.Call(Now.AddDays(-9)), .. LastDays()]);
        while (await ledger.PruneAsync(default))
        {
        }
        var late = Records.Call(Now.AddDays(-8));

        var result = await ledger.AppendAsync([Records.Call(Now), late, Records.Call(Now) with { Provider = "" }]);

        Assert.Equal([AppendStatus.Added, AppendStatus.Refused, AppendStatus.Refused], Enumerable.Range(0, 3).Select(i => result[i]));
        Assert.Contains("is older than all that the ledger still keeps", Assert.Single(result.Refused, refused => refused.Id == late.Id).Reason, StringComparison.Ordinal);
        Assert.Equal(2, result.Refused.Count);
        Assert.Equal(AppendStatus.Refused, (await ledger.AppendAsync([late]))[0]);
    }

    [Fact]
    public async Task A_clock_that_goes_back_loses_nothing_and_prunes_nothing()
    {
        using var ledger = Make();
        await ledger.AppendAsync([Records.Call(Now)]);
        Time.Now = Now.AddDays(-20);

        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Time.Now)])).Added);
        Assert.False(await ledger.PruneAsync(default));

        Assert.Equal(2, (await TotalsAsync(ledger)).Calls);
    }

    /// <summary>A call on each of the last three days: pruning takes no clock for true under which fewer came.</summary>
    protected UsageRecord[] LastDays() => [Records.Call(Time.Now.AddDays(-2)), Records.Call(Time.Now.AddDays(-1)), Records.Call(Time.Now)];

    internal static void AssertSame(IReadOnlyList<RollUp> expected, IReadOnlyList<RollUp> actual) => Assert.Equal(expected.Select(Line), actual.Select(Line));

    internal static async Task<UsageTotals> TotalsAsync(UsageLedger ledger) =>
        Assert.Single(await ledger.QueryAsync(new UsageQuery { From = Now.AddDays(-30), To = Now.AddDays(1) })).Totals;

    static string Line(RollUp sum) => $"{sum.Step} {sum.Bucket} {sum.Series} {Convert.ToHexString(sum.Totals)}";

    static long Calls(RollUp sum)
    {
        var totals = new UsageTotals();
        totals.Merge(sum.Totals, withSketches: true);
        return totals.Calls;
    }

    static DateTimeOffset Midnight(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    internal static string Text(UsageRecord record) => string.Join('|', record with { FinishReasons = [], Cost = default, Dimensions = new Dictionary<string, string>(StringComparer.Ordinal) },
        string.Join(',', record.FinishReasons), string.Join(',', record.Dimensions), record.Cost.Usd, record.Cost.Status, record.Cost.Flags, record.Cost.ComputedUsd,
        record.Cost.CacheSavingsUsd, record.Cost.PriceVersion, record.Cost.AsOf);
}
