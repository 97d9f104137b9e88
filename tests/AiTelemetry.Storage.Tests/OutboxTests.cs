// One piece because all of it is said of one server, which is away, hangs or loses its answers.
using AiTelemetry.Storage.Outbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Storage.Tests;

public sealed class OutboxTests : IDisposable
{
    static readonly DateTimeOffset Now = LedgerSuite.Now;

    readonly TempFolder _folder = new();
    readonly SteppedTime _time = new(Now);
    readonly UsageLedgerOptions _options = new();
    readonly AwayLedger _server;

    public OutboxTests() => _server = new AwayLedger(_options, _time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_the_server_is_there_it_answers_itself()
    {
        using var ledger = Before(_server);
        var record = Records.Call(Now);

        Assert.Equal(1, (await ledger.AppendAsync([record, Records.Call(Now) with { Provider = "" }])).Added);
        Assert.Equal(1, (await ledger.AppendAsync([record])).Known);
        Assert.Single(await _server.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default));
    }

    [Fact]
    public async Task Records_of_an_outage_reach_the_server_once_when_it_is_back_however_late()
    {
        using var ledger = Before(_server);
        var failed = 0;
        ledger.CommitFailed = () => Interlocked.Increment(ref failed);
        var records = Records.Many(1200, 31, Now, TimeSpan.FromDays(20));
        _server.IsAway = true;

        foreach (var part in records.Chunk(100))
            Assert.Empty((await ledger.AppendAsync(part)).Refused);
        Assert.NotEqual(0, failed);
        Assert.Equal(100, (await ledger.AppendAsync(records[..100])).Known);
        _time.Now = Now.AddDays(60); // longer than the lateness window, and than a record may be late
        _server.IsAway = false;
        await BroughtAsync(ledger);

        using var memory = new InMemoryUsageLedger(_options, new SteppedTime(Now));
        await memory.AppendAsync(records);
        Assert.Equal((await memory.RowsAsync(Now.AddDays(-30), Now.AddDays(1), default)).Select(row => row.Id), (await _server.RowsAsync(Now.AddDays(-30), Now.AddDays(1), default)).Select(row => row.Id));
    }

    [Fact]
    public async Task A_record_whose_answer_was_lost_is_counted_once()
    {
        using var ledger = Before(_server);
        _server.LostAnswers = 3;
        var records = Records.Many(50, 32, Now, TimeSpan.FromDays(3)).Select(record => record with { Source = UsageSource.Handler }).ToArray();

        await ledger.AppendAsync(records);
        await BroughtAsync(ledger);

        Assert.Equal(50, (await _server.RowsAsync(Now.AddDays(-9), Now.AddDays(1), default)).Count);
        Assert.Equal(50, Assert.Single(await ledger.QueryAsync(new UsageQuery { From = Now.AddDays(-9), To = Now.AddDays(1) }))[UsageMeasure.Calls]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_that_the_server_may_have_counted_and_forgotten_since_is_kept_apart_and_one_it_was_never_asked_for_is_counted(bool whileBringing)
    {
        var (asked, unasked) = (Records.Call(Now), Records.Call(Now.AddMinutes(1)));
        using (var ledger = Before(_server))
        {
            if (whileBringing)
            {
                _server.IsAway = true;
                await ledger.AppendAsync([asked]);
                _server.LostAnswers = int.MaxValue;
                _server.IsAway = false;
                for (var times = 0; (await _server.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default)).Count == 0 && times < 1000; times++)
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
            else
            {
                _server.LostAnswers = int.MaxValue;
                await ledger.AppendAsync([asked]);
            }
        }
        _server.IsAway = true;
        using (var ledger = Before(_server))
            await ledger.AppendAsync([unasked]);
        _server.LostAnswers = 0;
        _server.IsAway = false;
        _time.Now = Now.AddDays(60);
        await _server.AppendAsync([Records.Call(_time.Now.AddDays(-2)), Records.Call(_time.Now.AddDays(-1)), Records.Call(_time.Now)]);
        await _server.PruneAsync(default);
        Assert.InRange(await _server.KeysFromAsync(default), Now.AddDays(1).UtcTicks, _time.Now.UtcTicks);

        using var next = Before(_server);
        await next.OpenAsync();
        await BroughtAsync(next);

        var day = new UsageQuery { From = new DateTimeOffset(2026, 5, 20, 0, 0, 0, TimeSpan.Zero), To = new DateTimeOffset(2026, 5, 21, 0, 0, 0, TimeSpan.Zero) };
        Assert.Equal(2, Assert.Single(await next.QueryAsync(day))[UsageMeasure.Calls]);
        using var file = new AiTelemetry.Storage.Sqlite.SqliteDatabase(_folder.File("usage-outbox.db"), forWriting: false);
        Assert.Equal(0, file.Number("SELECT count(*) FROM waiting"));
        Assert.Contains("does not know any more what it has counted", file.Text($"SELECT reason FROM refused WHERE id = x'{Convert.ToHexString(asked.Id.ToByteArray(bigEndian: true))}'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_process_left_in_its_outbox_is_brought_by_the_next_also_from_the_outbox_of_a_second_one()
    {
        _server.IsAway = true;
        using (var first = Before(_server))
        using (var second = Before(_server))
        {
            await first.AppendAsync([Records.Call(Now)]);
            await second.AppendAsync([Records.Call(Now)]);
        }
        Assert.Contains("usage-outbox-2.db", _folder.Files());
        _server.IsAway = false;

        using var next = Before(_server);
        await next.OpenAsync();
        await BroughtAsync(next);

        Assert.Equal(2, (await _server.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default)).Count);
    }

    [Fact]
    public async Task An_app_that_stops_while_the_server_hangs_leaves_its_records_in_the_outbox_and_loses_none()
    {
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Hangs = hanging.Task;
        await using (var ledger = Before(_server))
        {
            var appending = ledger.AppendAsync([Records.Call(Now)]).AsTask();
            Assert.False(appending.IsCompleted);
            ledger.Hurry();
            Assert.Equal(1, (await appending.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System)).Added);
            Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now)])).Added);
        } // does not wait for the loop, which hangs, too
        using (var left = new AiTelemetry.Storage.Sqlite.SqliteDatabase(_folder.File("usage-outbox.db"), forWriting: false))
            Assert.Equal(2, left.Number("SELECT count(*) FROM waiting"));
        hanging.SetResult();

        await using var next = Before(_server);
        await next.OpenAsync();
        await BroughtAsync(next);

        Assert.Equal(2, (await _server.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default)).Count);
    }

    [Fact]
    public void A_ledger_with_an_outbox_may_be_closed_twice()
    {
        var ledger = Before(_server);

        ledger.Dispose();
        ledger.Dispose();

        Assert.Null(ledger.Bringing);
    }

    [Fact]
    public async Task An_outbox_that_is_damaged_while_the_app_runs_is_set_aside_at_once_and_the_next_append_is_kept()
    {
        _server.IsAway = true;
        using var ledger = Before(_server);
        await ledger.AppendAsync(Records.Many(300, 61, Now, TimeSpan.FromDays(3)));
        Damage();

        for (var seed = 62; seed < 70 && !_folder.Files().Contains("usage-outbox.db.damaged-20260520-103015", StringComparer.Ordinal); seed++)
        {
            try
            {
                await ledger.AppendAsync(Records.Many(300, seed, Now, TimeSpan.FromDays(3)));
            }
            catch (UsageLedgerException e) // unless the loop has found it first
            {
                Assert.Contains("set aside; a new one is begun. Append the records again.", e.Message, StringComparison.Ordinal);
            }
        }
        Assert.Contains("usage-outbox.db.damaged-20260520-103015", _folder.Files());
        var kept = Records.Call(Now);
        Assert.Equal(1, (await ledger.AppendAsync([kept])).Added);
        _server.IsAway = false;
        await BroughtAsync(ledger);

        Assert.Contains(await _server.RowsAsync(Now.AddDays(-9), Now.AddDays(1), default), row => row.Id == kept.Id);
    }

    [Fact]
    public async Task An_outbox_that_is_damaged_while_it_is_brought_is_set_aside_and_the_server_is_asked_again()
    {
        _server.IsAway = true;
        using var ledger = Before(_server);
        await ledger.AppendAsync(Records.Many(300, 63, Now, TimeSpan.FromDays(3)));
        Damage();

        _server.IsAway = false;
        await BroughtAsync(ledger);
        Assert.Contains("usage-outbox.db.damaged-20260520-103015", _folder.Files());
        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now)])).Added);
        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now.AddMinutes(-1))])).Added);

        Assert.InRange((await _server.RowsAsync(Now.AddMinutes(-1), Now.AddDays(1), default)).Count, 2, 302);
    }

    [Fact]
    public async Task A_full_outbox_refuses_and_says_so_and_keeps_what_it_took()
    {
        _options.OutboxBytes = 1 << 20;
        _server.IsAway = true;
        using var ledger = Before(_server);
        var taken = 0;
        UsageLedgerException? refusal = null;
        for (var i = 0; i < 100 && refusal is null; i++)
        {
            try
            {
                taken += (await ledger.AppendAsync(Records.Many(100, 40 + i, Now, TimeSpan.FromDays(3)).Select(record => record with { Source = UsageSource.Handler }).ToArray())).Added;
            }
            catch (UsageLedgerException e)
            {
                refusal = e;
            }
        }
        Assert.Contains("has reached its limit of 1048576 bytes (Ledger.OutboxBytes)", refusal!.Message, StringComparison.Ordinal);
        _server.IsAway = false;
        await BroughtAsync(ledger);

        Assert.InRange(taken, 200, 5000);
        Assert.Equal(taken, (await _server.RowsAsync(Now.AddDays(-9), Now.AddDays(1), default)).Count);
        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now)])).Added);
    }

    [Fact]
    public async Task A_full_outbox_keeps_nobody_from_a_server_that_is_back()
    {
        _options.OutboxBytes = 1 << 20;
        _server.IsAway = true;
        using var ledger = Before(_server);
        await Assert.ThrowsAsync<UsageLedgerException>(async () =>
        {
            for (var i = 0; i < 100; i++)
                await ledger.AppendAsync(Records.Many(100, 40 + i, Now, TimeSpan.FromDays(3)));
        });
        using var blocking = new AiTelemetry.Storage.Sqlite.SqliteDatabase(_folder.File("usage-outbox.db"), forWriting: true);
        blocking.Run("BEGIN IMMEDIATE"); // so that the loop cannot take out what it brings, as on a disk without any room
        _server.IsAway = false;
        var record = Records.Call(Now);

        Assert.Equal(1, (await ledger.AppendAsync([record])).Added);

        Assert.Contains(await _server.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default), row => row.Id == record.Id);
        blocking.Run("ROLLBACK");
    }

    [Fact]
    public async Task What_the_server_never_takes_stays_in_the_outbox_and_holds_nothing_up()
    {
        await using (var ledger = Before(_server))
        {
            _server.IsAway = true;
            await ledger.AppendAsync([Records.Call(Now), Records.Call(Now)]);
        }
        using (var file = new AiTelemetry.Storage.Sqlite.SqliteDatabase(_folder.File("usage-outbox.db"), forWriting: true))
        {
            // As a newer version of this package wrote it, and as nobody did.
            file.Run("INSERT INTO waiting (id, line) SELECT x'019e4ef411117abc8def000000000001', replace(line, '\"version\":1,', '\"version\":99,') FROM waiting LIMIT 1; "
                + "INSERT INTO waiting (id, line) VALUES (x'00', 'no json'); UPDATE waiting SET id = x'019e4ef411117abc8def000000000002' WHERE id = x'00'");
        }
        _server.IsAway = false;

        var refused = 0L;
        await using (var again = Before(_server))
        {
            again.RefusedLater = count => refused += count;
            await again.OpenAsync();
            await BroughtAsync(again);
        }
        Assert.Equal(2, refused);

        Assert.Equal(2, (await _server.RowsAsync(Now.AddDays(-9), Now.AddDays(1), default)).Count);
        using var left = new AiTelemetry.Storage.Sqlite.SqliteDatabase(_folder.File("usage-outbox.db"), forWriting: false);
        Assert.Equal((2, 0), (left.Number("SELECT count(*) FROM refused"), left.Number("SELECT count(*) FROM waiting")));
        Assert.Equal(1, left.Number("SELECT count(*) FROM refused WHERE reason LIKE 'Version 99 is not known%'"));
    }

    [Fact]
    public async Task Any_record_is_in_its_line_as_it_was()
    {
        using var memory = new InMemoryUsageLedger(_options, _time);
        var records = Records.Many(300, 33, Now, TimeSpan.FromDays(3));

        var read = records.Select(record => RecordLine.Read(RecordLine.Of(record))).ToArray();

        Assert.Equal(records.Select(LedgerSuite.Text), read.Select(LedgerSuite.Text));
        Assert.Throws<FormatException>(() => RecordLine.Read("""{"id":7}"""u8.ToArray()));
        Assert.Throws<FormatException>(() => RecordLine.Read("no json"u8.ToArray()));
        var line = System.Text.Encoding.UTF8.GetString(RecordLine.Of(Records.Call(Now)));
        Assert.Throws<FormatException>(() => RecordLine.Read(System.Text.Encoding.UTF8.GetBytes(line.Replace("\"status_code\":200", "\"status_code\":4294967496", StringComparison.Ordinal))));
    }

    /// <summary>Fills every page but the first with rubbish, as a failing disk would; the next read of the ledger's own connection meets it.</summary>
    void Damage()
    {
        var path = _folder.File("usage-outbox.db");
        using (var other = new AiTelemetry.Storage.Sqlite.SqliteDatabase(path, forWriting: true))
            other.Run("CREATE TABLE another (x); PRAGMA wal_checkpoint(TRUNCATE)"); // all of it is in the file, and what the other has in memory is old
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var rubbish = new byte[file.Length - 4096];
        Array.Fill<byte>(rubbish, 0xA5);
        file.Position = 4096;
        file.Write(rubbish);
    }

    OutboxUsageLedger Before(UsageLedger server) => new(server, _folder.File("usage-outbox.db"), _options, NullLogger.Instance, _time);

    static async Task BroughtAsync(OutboxUsageLedger ledger)
    {
        for (var times = 0; ledger.Bringing is { } bringing && times < 100; times++)
            await bringing.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
        Assert.Null(ledger.Bringing);
    }
}
