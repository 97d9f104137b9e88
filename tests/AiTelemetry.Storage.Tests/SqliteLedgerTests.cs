// One piece because it inherits the cases of every ledger, which would run again in a second class.
using System.Text;
using AiTelemetry.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Storage.Tests;

public sealed class SqliteLedgerTests : LedgerSuite
{
    readonly TempFolder _folder = new();
    int _files;

    internal override UsageLedger Make() => At(_folder.File($"usage-{_files++}.db"));

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_appended_is_there_when_the_file_is_opened_again_and_still_known()
    {
        var records = Records.Many(300, 11, Now, TimeSpan.FromDays(3));
        IReadOnlyList<RollUp> before;
        using (var ledger = At(_folder.File("usage.db")))
        {
            await ledger.AppendAsync(records[..200]);
            await ledger.AppendAsync(records[200..]);
            before = await ledger.RollUpsAsync(default);
        }

        using var again = At(_folder.File("usage.db"));
        AssertSame(before, await again.RollUpsAsync(default));
        Assert.Equal(300, (await again.AppendAsync(records)).Known);
        AssertSame(before, await again.RollUpsAsync(default));
    }

    [Fact]
    public async Task A_second_writer_is_refused_with_the_name_of_the_first_and_let_in_after_it()
    {
        var first = At(_folder.File("usage.db"));
        await first.AppendAsync([Records.Call(Now)]);
        using var second = At(_folder.File("usage.db"));

        var refused = await Assert.ThrowsAsync<UsageLedgerException>(async () => await second.OpenAsync());
        Assert.Contains($"is being written by {Path.GetFileNameWithoutExtension(Environment.ProcessPath)} (process {Environment.ProcessId} on {Environment.MachineName}, since 2026-05-20 10:30:15Z)", refused.Message, StringComparison.Ordinal);
        first.Dispose();

        Assert.Equal(1, (await second.AppendAsync([Records.Call(Now)])).Added);
    }

    [Fact]
    public async Task An_owner_that_could_not_write_its_name_is_another_process()
    {
        using var first = At(_folder.File("usage.db"));
        await first.AppendAsync([Records.Call(Now)]);
        await File.WriteAllTextAsync(_folder.File("usage.db.owner"), ""); // as on a full disk
        using var second = At(_folder.File("usage.db"));

        Assert.Contains("is being written by another process.", (await Assert.ThrowsAsync<UsageLedgerException>(async () => await second.OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_see_what_is_durable_while_the_writer_is_at_work()
    {
        using var ledger = At(_folder.File("usage.db"));
        await ledger.AppendAsync([Records.Call(Now)]);
        using var reader = new SqliteDatabase(_folder.File("usage.db"), forWriting: false);

        Assert.Equal(1, reader.Number("SELECT count(*) FROM calls"));
        await ledger.AppendAsync([Records.Call(Now)]);
        Assert.Equal(2, reader.Number("SELECT count(*) FROM calls"));
        Assert.Equal("gpt-4o-2024-08-06", reader.Text("SELECT model FROM calls"));
        Assert.Throws<SqliteFailure>(() => reader.Run("DELETE FROM records"));
    }

    [Fact]
    public async Task Another_process_may_ask_while_the_writer_is_at_work_and_without_one()
    {
        var path = _folder.File("usage.db");
        using var reader = At(path);
        using (var ledger = At(path))
        {
            await ledger.AppendAsync([Records.Call(Now)]);
            Assert.Equal(1, (await TotalsAsync(reader)).Calls);
            await ledger.AppendAsync([Records.Call(Now)]);
            Assert.Equal(2, (await TotalsAsync(reader)).Calls);
        }

        Assert.Equal(2, (await TotalsAsync(reader)).Calls);
        using var later = At(path);
        Assert.Equal(2, (await TotalsAsync(later)).Calls);
    }

    [Fact]
    public async Task A_second_name_of_the_file_is_the_same_file()
    {
        using var first = At(_folder.File("usage.db"));
        await first.AppendAsync([Records.Call(Now)]);
        File.CreateSymbolicLink(_folder.File("link.db"), _folder.File("usage.db"));
        using var second = At(_folder.File("link.db"));

        Assert.Contains("is being written by", (await Assert.ThrowsAsync<UsageLedgerException>(async () => await second.OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sums_that_were_changed_are_found_and_made_anew()
    {
        var path = _folder.File("usage.db");
        using var ledger = At(path);
        await ledger.AppendAsync(Records.Many(200, 15, Now, TimeSpan.FromDays(3)));
        var before = await ledger.RollUpsAsync(default);
        Assert.Empty(await ledger.CheckAsync(null, default));
        await ledger.PruneAsync(default); // which writes the sums that wait
        using (var tamper = new SqliteDatabase(path, forWriting: true))
            tamper.Run("DELETE FROM rollups WHERE step = 2; UPDATE rollups SET bucket = bucket - 864000 WHERE step = 3");

        Assert.Contains("sums are not those of the", (await ledger.CheckAsync(null, default))[0], StringComparison.Ordinal);
        await ledger.RebuildAsync(null, default);

        AssertSame(before, await ledger.RollUpsAsync(default));
        Assert.Empty(await ledger.CheckAsync(null, default));
    }

    [Fact]
    public async Task Sums_that_wait_count_as_those_that_are_written()
    {
        var path = _folder.File("usage.db");
        using var memory = new InMemoryUsageLedger(Options, Time);
        using var ledger = At(path);
        var records = Records.Many(300, 15, Now, TimeSpan.FromDays(3));
        await ledger.OpenAsync();
        using var file = new SqliteDatabase(path, forWriting: false);
        var (waited, settled) = (0, 0);
        for (var i = 0; i < records.Length; i++)
        {
            await ledger.AppendAsync([records[i]]);
            await memory.AppendAsync([records[i]]);
            if (i % 7 != 0)
                continue;
            _ = file.Number("SELECT count(*) FROM added_sums") > 0 ? waited++ : settled++;
            AssertSame(await memory.RollUpsAsync(default), await ledger.RollUpsAsync(default));
            Assert.Equal(await ByModelAsync(memory), await ByModelAsync(ledger));
        }
        Assert.True(waited > 10 && file.Number("SELECT count(*) FROM rollups") > 0, $"{waited} questions with sums that waited, {settled} without");

        static async Task<List<string>> ByModelAsync(UsageLedger ledger) => [.. (await ledger.QueryAsync(new UsageQuery
        {
            From = Now.AddDays(-2).AddMinutes(-7), To = Now.AddDays(1), GroupBy = [UsageDimension.Model], Measures = [UsageMeasure.CostUsd, UsageMeasure.P95Seconds], Bucket = TimeSpan.FromHours(1),
        })).Select(row => $"{row.From:O} {row.Group[0]} {row[UsageMeasure.CostUsd]} {row[UsageMeasure.P95Seconds]}")];
    }

    [Fact]
    public async Task Pruning_takes_smaller_steps_where_the_disk_is_slow()
    {
        var path = _folder.File("usage.db");
        using var ledger = At(path);
        await ledger.AppendAsync(Records.Many(1400, 3, Now, TimeSpan.FromDays(1)).Select(record => record with { Source = UsageSource.Handler }).ToArray());
        Time.Now = Now.AddDays(12);
        await ledger.AppendAsync(LastDays());
        using var file = new SqliteDatabase(path, forWriting: false);
        var left = new List<long> { file.Number("SELECT count(*) FROM records") };

        Time.Step = TimeSpan.FromMilliseconds(30);
        await StepAsync(3);
        Time.Step = default;
        await StepAsync(3);

        Assert.Equal([500, 250, 125, 62, 124, 248], left.Zip(left.Skip(1), static (before, after) => before - after));

        async Task StepAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                Assert.True(await ledger.PruneAsync(default));
                left.Add(file.Number("SELECT count(*) FROM records"));
            }
        }
    }

    [Fact]
    public async Task A_file_of_version_1_is_read_as_it_is_and_goes_on_once_it_is_written()
    {
        var path = _folder.File("usage.db");
        using (var older = new SqliteDatabase(path, forWriting: true))
        using (var statements = new StreamReader(typeof(SqliteLedgerTests).Assembly.GetManifestResourceStream("usage-1.sql")!))
            older.Run(await statements.ReadToEndAsync());
        using (var reader = At(path))
        {
            var rows = await reader.RowsAsync(Now.AddDays(-1), Now, default);
            Assert.Equal(["req-3", "resp-1", "msg-2"], rows.Select(row => row.RequestId ?? row.ResponseId));
            Assert.Equal((0.00225m, 2L, null, 0), (rows[1].Cost.Usd, rows[2].Units.WebSearches, rows[1].Deployment, rows[1].RateLimits.Count));
            Assert.Empty(await reader.CheckAsync(null, default));

            Assert.Equal((2, 1), await reader.AppendAsync([.. FullRecord.All(Now), rows[1]]) is var result ? (result.Added, result.Known) : default);
            Assert.Equal(AppendStatus.Known, (await reader.AppendAsync([Records.Call(Now, UsageSource.Ingest, "resp-1")]))[0]);
            Assert.Equal((3, 2), await TotalsAsync(reader) is var now ? (now.Calls, now.Corrections) : default); // the connection that read version 1
            Assert.Empty(await reader.CheckAsync(null, default));
        }

        using var again = At(path);
        Assert.Equal(FullRecord.All(Now).Select(FullRecord.Text), (await again.RowsAsync(Now, Now.AddDays(1), default)).Select(FullRecord.Text));
        Assert.Equal((3, 2), await TotalsAsync(again) is var totals ? (totals.Calls, totals.Corrections) : default);
        Assert.Empty(await again.CheckAsync(null, default));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        var path = _folder.File("usage.db");
        using (var ledger = At(path))
            await ledger.AppendAsync([Records.Call(Now)]);
        using (var newer = new SqliteDatabase(path, forWriting: true))
            newer.Run("PRAGMA user_version = 7");

        using var older = At(path);
        var refused = await Assert.ThrowsAsync<UsageLedgerException>(async () => await older.AppendAsync([Records.Call(Now)]));

        Assert.Contains("is of version 7; this AiTelemetry knows versions up to 3", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Files(), file => file.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_of_another_program_is_left_alone()
    {
        var path = _folder.File("app.db");
        using (var other = new SqliteDatabase(path, forWriting: true))
            other.Run("CREATE TABLE orders (id INTEGER)");

        using var ledger = At(path);

        Assert.Contains("is a database of another program", (await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.OpenAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_set_aside_and_a_new_one_begun()
    {
        var path = _folder.File("usage.db");
        var rubbish = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("This was a database once. ", 400)));
        await File.WriteAllBytesAsync(path, rubbish);

        using var ledger = At(path);
        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now)])).Added);

        Assert.Equal(rubbish, await File.ReadAllBytesAsync(_folder.File("usage.db.damaged-20260520-103015")));
        Assert.Equal(1, (await TotalsAsync(ledger)).Calls);
    }

    [Fact]
    public async Task A_damaged_file_that_cannot_be_moved_is_said_and_left()
    {
        var path = _folder.File("usage.db");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Repeat("This was a database once. ", 400)));
        Directory.CreateDirectory(_folder.File("usage.db.damaged-20260520-103015"));
        using var ledger = At(path);

        var refused = await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.AppendAsync([Records.Call(Now)]));

        Assert.Contains("is damaged and cannot be set aside", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_file_with_damage_inside_is_set_aside_when_it_is_opened()
    {
        var path = _folder.File("usage.db");
        using (var ledger = At(path))
            await ledger.AppendAsync(Records.Many(500, 12, Now, TimeSpan.FromDays(3)));
        var bytes = await File.ReadAllBytesAsync(path);
        for (var page = 4096; page < bytes.Length; page += 4096)
            Array.Fill<byte>(bytes, 0xA5, page, 200);
        await File.WriteAllBytesAsync(path, bytes);

        using var again = At(path);
        Assert.Equal(1, (await again.AppendAsync([Records.Call(Now)])).Added);

        Assert.Contains("usage.db.damaged-20260520-103015", _folder.Files());
        Assert.Equal(1, (await TotalsAsync(again)).Calls);
    }

    [Theory]
    [InlineData("added_sums SET sums = x'01'")]
    [InlineData("rollups SET totals = x'ffffffffffffffffffffffff' WHERE step = 3")]
    public async Task Sums_that_cannot_be_read_are_made_anew_by_a_rebuild_and_a_commit_that_needs_them_sets_the_file_aside(string tampered)
    {
        var path = _folder.File("usage.db");
        using (var ledger = At(path))
        {
            await ledger.AppendAsync([Records.Call(Now)]);
            await ledger.PruneAsync(default); // which writes the sums that wait
            await ledger.AppendAsync([Records.Call(Now)]);
            using (var tamper = new SqliteDatabase(path, forWriting: true))
                tamper.Run("UPDATE " + tampered);

            Assert.Contains("run 'aitel ledger rebuild'", (await Assert.ThrowsAsync<UsageLedgerException>(async () => await TotalsAsync(ledger))).Message, StringComparison.Ordinal);
            Assert.Contains("was set aside as", (await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.PruneAsync(default))).Message, StringComparison.Ordinal);
            Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now)])).Added);
            Assert.Equal(1, (await TotalsAsync(ledger)).Calls);
        }

        using var aside = At(path + ".damaged-20260520-103015");
        await aside.RebuildAsync(null, default);
        Assert.Equal(2, (await TotalsAsync(aside)).Calls);
        Assert.Empty(await aside.CheckAsync(null, default));
        Assert.Equal(1, (await aside.AppendAsync([Records.Call(Now)])).Added);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "");
        using var ledger = At(Path.Combine(_folder.File("file"), "usage.db"));

        var refused = await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.AppendAsync([Records.Call(Now)]));

        Assert.Contains(_folder.File("file"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_of_pruning_takes_500_rows_at_most_so_that_no_commit_waits_long()
    {
        using var ledger = At(_folder.File("usage.db"));
        await ledger.AppendAsync(Records.Many(1200, 14, Now, TimeSpan.FromDays(2)).Select(record => record with { Source = UsageSource.Handler }).ToArray());
        Time.Now = Now.AddDays(12);
        await ledger.AppendAsync(LastDays());
        var left = new List<int>();
        do
        {
            left.Add((await ledger.RowsAsync(Now.AddDays(-30), Now.AddDays(30), default)).Count);
        }
        while (await ledger.PruneAsync(default) && left.Count < 10);

        Assert.Equal([1203, 703, 203], left);
        Assert.Equal(3, (await ledger.RowsAsync(Now.AddDays(-30), Now.AddDays(30), default)).Count);
    }

    [Fact]
    public async Task The_sums_are_those_of_the_ledger_in_memory_to_the_byte()
    {
        using var ledger = At(_folder.File("usage.db"));
        using var memory = new InMemoryUsageLedger(Options, Time);
        var records = Records.Many(500, 13, Now, TimeSpan.FromDays(25));
        foreach (var part in records.Chunk(70))
        {
            await ledger.AppendAsync(part);
            await memory.AppendAsync(part);
        }

        AssertSame(await memory.RollUpsAsync(default), await ledger.RollUpsAsync(default));
    }

    SqliteUsageLedger At(string path) => new(path, Options, NullLogger.Instance, Time);
}
