using AiTelemetry.Storage.Outbox;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiTelemetry.Storage.Tests.PostgreSql;

[Trait("Category", "Components")]
public sealed class PostgreSqlLedgerTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    static readonly DateTimeOffset Now = LedgerSuite.Now;

    /// <summary>Far longer than anything here takes on the busiest machine: an end for what would wait for ever.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A thousand shuffles make a thousand databases.</summary>
    static readonly TimeSpan PatienceWithShuffles = Patience * Math.Max(1, Faults.FaultRecords.Setting("AITELEMETRY_SHUFFLES", 0) / 100);

    readonly SteppedTime _time = new(Now);

    public static TheoryData<string> Promises => [.. PostgreSqlSuite.Tests.Select(NameOf)];

    [PostgreSqlTheory]
    [MemberData(nameof(Promises))]
    public async Task What_every_ledger_promises(string promise)
    {
        var (test, arguments) = PostgreSqlSuite.Tests.Single(test => NameOf(test) == promise);
        using var suite = new PostgreSqlSuite(server);

        await ((Task)test.Invoke(suite, arguments)!).WaitAsync(PatienceWithShuffles, TimeProvider.System);
    }

    [PostgreSqlFact]
    public async Task The_sums_are_those_of_the_ledger_in_memory_to_the_byte()
    {
        using var ledger = At(await server.NewDatabaseAsync());
        using var memory = new InMemoryUsageLedger(new UsageLedgerOptions(), _time);
        foreach (var part in Records.Many(500, 13, Now, TimeSpan.FromDays(25)).Chunk(70))
        {
            await ledger.AppendAsync(part);
            await memory.AppendAsync(part);
        }

        LedgerSuite.AssertSame(await memory.RollUpsAsync(default), await ledger.RollUpsAsync(default));
        Assert.Empty(await ledger.CheckAsync(null, default));
    }

    [PostgreSqlFact]
    public async Task Texts_of_any_signs_come_back_as_they_were()
    {
        string[] odd = ["\\N", "\\.", "a\tb\nc\rd\\e", "\"{x,y}\"", "NULL", "", "'; --", "Ünï 🚀 \u0001\u2028", new string('\\', 300), new string('語', 500)];
        var records = odd.Select((text, i) => Records.Call(Now.AddSeconds(i)) with
        {
            RequestModel = text,
            ProviderErrorCode = text,
            ServiceTier = text[..Math.Min(text.Length, 256)],
            FinishReasons = [.. odd.Where(reason => reason.Length <= 256 && !reason.Contains('\n', StringComparison.Ordinal)), .. odd[4..6]],
            DimensionValues = [text, text, null, text],
        }).ToArray();
        using var ledger = At(await server.NewDatabaseAsync());

        Assert.Equal(odd.Length, (await ledger.AppendAsync(records)).Added);

        Assert.Equal(records.Select(FullRecord.Text), (await ledger.RowsAsync(Now.AddDays(-1), Now.AddDays(1), default)).Select(FullRecord.Text));
        Assert.Empty(await ledger.CheckAsync(null, default));
    }

    [PostgreSqlFact]
    public async Task Several_nodes_that_write_the_same_records_at_once_count_each_once_and_none_sees_an_error()
    {
        var database = await server.NewDatabaseAsync();
        var half = Faults.FaultRecords.Setting("AITELEMETRY_PG_RECORDS", 300) / 2;
        var shared = Records.Many(half, 21, Now, TimeSpan.FromDays(5));
        var nodes = Enumerable.Range(0, Faults.FaultRecords.Setting("AITELEMETRY_PG_WRITERS", 4))
            .Select(node => (Ledger: At(database), Records: shared.Concat(Records.Many(half, 100 + node, Now, TimeSpan.FromDays(5))).ToArray())).ToArray();

        await Task.WhenAll(nodes.Select(async node =>
        {
            new Random(node.Records.Length).Shuffle(node.Records);
            foreach (var part in node.Records.Chunk(Math.Max(25, half / 40)))
                await node.Ledger.AppendAsync(part);
        }));

        using var memory = new InMemoryUsageLedger(new UsageLedgerOptions(), _time);
        await memory.AppendAsync([.. nodes.SelectMany(node => node.Records)]);
        var expected = (await memory.RowsAsync(Now.AddDays(-9), Now.AddDays(1), default)).Count;
        var rows = await nodes[0].Ledger.RowsAsync(Now.AddDays(-9), Now.AddDays(1), default);
        Assert.Equal((expected, expected), (rows.Count, rows.DistinctBy(row => row.Id).Count()));
        Assert.Empty(await nodes[0].Ledger.CheckAsync(null, default));
        foreach (var node in nodes)
            node.Ledger.Dispose();
    }

    [PostgreSqlFact]
    public async Task Pruning_takes_smaller_steps_where_they_take_long()
    {
        using var ledger = At(await server.NewDatabaseAsync());
        await ledger.AppendAsync([.. Records.Many(1000, 15, Now, TimeSpan.FromDays(2)).Select(static record => record with { Source = UsageSource.Handler })]);
        _time.Now = Now.AddDays(12);
        await ledger.AppendAsync([Records.Call(_time.Now.AddDays(-2)), Records.Call(_time.Now.AddDays(-1)), Records.Call(_time.Now)]);
        _time.Step = TimeSpan.FromMilliseconds(30);
        var left = new List<int>();
        for (var step = 0; step < 3; step++)
        {
            Assert.True(await ledger.PruneAsync(default));
            left.Add((await ledger.RowsAsync(Now.AddDays(-30), Now.AddDays(30), default)).Count);
        }

        Assert.Equal([503, 253, 128], left);
    }

    [PostgreSqlFact]
    public async Task A_step_of_pruning_takes_500_rows_and_keys_at_most_and_the_steps_end_when_all_are_gone()
    {
        using var ledger = At(await server.NewDatabaseAsync());
        await ledger.AppendAsync([.. Records.Many(1200, 14, Now, TimeSpan.FromDays(2)).Select(static record => record with { Source = UsageSource.Handler })]);
        _time.Now = Now.AddDays(12);
        await ledger.AppendAsync(LastDays());
        Assert.Equal([1203, 703, 203], await StepsAsync(async () => (await ledger.RowsAsync(Now.AddDays(-30), Now.AddDays(30), default)).Count));
        Assert.Equal(3, (await ledger.RowsAsync(Now.AddDays(-30), Now.AddDays(30), default)).Count);

        _time.Now = Now.AddDays(45);
        await ledger.AppendAsync(LastDays());
        Assert.Equal([1206, 706, 206], await StepsAsync(KeysAsync));
        Assert.Equal(6, await KeysAsync());
        await ledger.AdoptAsync([new RecordKey(Records.Id(new Random(3), Now.AddDays(-3)), null, 3)], default); // older than all that were there
        Assert.Equal([7], await StepsAsync(KeysAsync));
        Assert.Equal(6, await KeysAsync());
        Assert.Empty(await ledger.CheckAsync(null, default));

        UsageRecord[] LastDays() => [Records.Call(_time.Now.AddDays(-2)), Records.Call(_time.Now.AddDays(-1)), Records.Call(_time.Now)];

        async Task<int> KeysAsync() => (await ledger.KeysAsync(Guid.Empty, 5000, default)).Count;

        async Task<List<int>> StepsAsync(Func<Task<int>> left)
        {
            var steps = new List<int>();
            do
                steps.Add(await left());
            while (await ledger.PruneAsync(default) && steps.Count < 10);
            return steps;
        }
    }

    [PostgreSqlFact]
    public async Task An_answer_that_breaks_off_is_not_added_up_twice()
    {
        var database = await server.NewDatabaseAsync();
        using var ledger = At(database);
        await ledger.AppendAsync([Records.Call(Now.AddHours(-3)), Records.Call(Now.AddSeconds(-2))]); // one is read from sums, one from rows
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var breaking = source.CreateCommand("""
            CREATE SEQUENCE times;
            CREATE FUNCTION fails_once() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN IF nextval('public.times') = 1 THEN RAISE EXCEPTION 'once' USING ERRCODE = '57P01'; END IF; RETURN true; END $$;
            ALTER TABLE aitelemetry.records RENAME TO rows;
            CREATE VIEW aitelemetry.records AS SELECT * FROM aitelemetry.rows WHERE public.fails_once();
            """))
            await breaking.ExecuteNonQueryAsync();
        var query = new UsageQuery { From = Now.AddHours(-5), To = Now.AddSeconds(-1) };

        var broken = await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.QueryAsync(query));

        Assert.Contains("Ask again", broken.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(await ledger.QueryAsync(query))[UsageMeasure.Calls]);
    }

    [PostgreSqlFact]
    public async Task Sums_that_cannot_be_read_fail_the_append_with_what_to_do_and_nothing_of_it_is_kept()
    {
        var database = await server.NewDatabaseAsync();
        using var ledger = At(database);
        await ledger.AppendAsync([Records.Call(Now)]);
        await using var source = NpgsqlDataSource.Create(database);
        await using (var spoil = source.CreateCommand("UPDATE aitelemetry.rollups SET totals = substr(totals, 1, 3)"))
            await spoil.ExecuteNonQueryAsync();

        var refused = await Assert.ThrowsAsync<UsageLedgerException>(async () => await ledger.AppendAsync([Records.Call(Now.AddSeconds(1)), .. Records.Many(2000, 8, Now, TimeSpan.FromDays(1))]));

        Assert.Contains("run 'aitel ledger rebuild'", refused.Message, StringComparison.Ordinal);
        Assert.Single(await ledger.RowsAsync(Now.AddDays(-2), Now.AddDays(1), default));
        Assert.Single(await ledger.KeysAsync(Guid.Empty, 10, default));
        await ledger.RebuildAsync(null, default);
        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now.AddSeconds(2))])).Added);
    }

    [PostgreSqlFact]
    public async Task A_newer_version_is_refused()
    {
        var database = await server.NewDatabaseAsync();
        using (var ledger = At(database))
            await ledger.AppendAsync([Records.Call(Now)]);
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var newer = source.CreateCommand("UPDATE aitelemetry.facts SET value = 9 WHERE name = 'version'"))
            await newer.ExecuteNonQueryAsync();

        using var older = At(database);

        Assert.Contains("is of version 9", (await Assert.ThrowsAsync<UsageLedgerException>(async () => await older.AppendAsync([Records.Call(Now)]))).Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task A_database_of_version_1_goes_on_and_keeps_what_it_had()
    {
        var database = await server.NewDatabaseAsync();
        var before = Records.Many(50, 71, Now, TimeSpan.FromDays(2));
        using (var ledger = At(database))
            await ledger.AppendAsync(before);
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var older = source.CreateCommand("ALTER TABLE aitelemetry.records DROP COLUMN deployment, DROP COLUMN retry_after, DROP COLUMN rate_limits; UPDATE aitelemetry.facts SET value = 1 WHERE name = 'version'"))
            await older.ExecuteNonQueryAsync();

        using var newer = At(database);
        Assert.Equal(50, (await newer.AppendAsync(before)).Known);
        await newer.AppendAsync(FullRecord.All(Now));
        using var another = At(database);

        Assert.Equal([.. before.OrderBy(record => record.StartedAt).Select(FullRecord.Text), .. FullRecord.All(Now).Select(FullRecord.Text)],
            (await another.RowsAsync(Now.AddDays(-3), Now.AddDays(1), default)).Select(FullRecord.Text));
        Assert.Empty(await another.CheckAsync(null, default));
    }

    [PostgreSqlFact]
    public async Task Sums_that_were_changed_are_found_and_made_anew()
    {
        var database = await server.NewDatabaseAsync();
        using var ledger = At(database);
        await ledger.AppendAsync(Records.Many(100, 5, Now, TimeSpan.FromDays(3)));
        var before = await ledger.RollUpsAsync(default);
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var tamper = source.CreateCommand("DELETE FROM aitelemetry.rollups WHERE step = 3; UPDATE aitelemetry.rollups SET bucket = bucket + 60 WHERE step = 1"))
            await tamper.ExecuteNonQueryAsync();

        Assert.NotEmpty(await ledger.CheckAsync(null, default));
        await ledger.RebuildAsync(null, default);

        Assert.Empty(await ledger.CheckAsync(null, default));
        LedgerSuite.AssertSame(before, await ledger.RollUpsAsync(default));
    }

    [PostgreSqlFact]
    public async Task A_user_who_may_not_make_schemas_uses_the_one_that_was_made_for_it()
    {
        var database = await server.NewDatabaseAsync();
        var role = "app_" + new NpgsqlConnectionStringBuilder(database).Database;
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var make = source.CreateCommand($"CREATE ROLE {role} LOGIN; CREATE SCHEMA aitelemetry AUTHORIZATION {role}"))
            await make.ExecuteNonQueryAsync();

        using var ledger = At(new NpgsqlConnectionStringBuilder(database) { Username = role }.ConnectionString);

        Assert.Equal(1, (await ledger.AppendAsync([Records.Call(Now)])).Added);
    }

    [PostgreSqlFact]
    public async Task A_server_that_dies_again_and_again_loses_nothing_that_was_acknowledged_and_counts_nothing_twice()
    {
        var deaths = Faults.FaultRecords.Setting("AITELEMETRY_PG_STOPS", 2);
        var away = TimeSpan.FromSeconds(Faults.FaultRecords.Setting("AITELEMETRY_PG_AWAY", 0));
        using var own = new PostgreSqlServer(); // not the one of the other tests
        var database = await own.NewDatabaseAsync();
        using var folder = new TempFolder();
        using var ledger = new OutboxUsageLedger(At(database), folder.File("outbox.db"), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);
        var (next, acknowledged, dying) = (0, 0, true);
        var writers = Enumerable.Range(0, 4).Select(async _ =>
        {
            await Task.Yield();
            while (Volatile.Read(ref dying))
            {
                var number = Interlocked.Increment(ref next);
                await ledger.AppendAsync([Faults.FaultRecords.Numbered(number, start)]);
                await ledger.AppendAsync([Faults.FaultRecords.Numbered(number, start)]); // as one who missed the answer
                Interlocked.Increment(ref acknowledged);
            }
        }).ToArray();
        for (var death = 0; death < deaths; death++)
        {
            var before = Volatile.Read(ref acknowledged);
            for (var i = 0; i < 60_000 && Volatile.Read(ref acknowledged) < before + 20 && !Array.Exists(writers, static writer => writer.IsFaulted); i++)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            own.StopAtOnce();
            await Task.Delay(away + TimeSpan.FromMilliseconds(1), TimeProvider.System);
            await own.StartAsync();
        }
        Volatile.Write(ref dying, false);
        await Task.WhenAll(writers).WaitAsync(Patience, TimeProvider.System);
        for (var left = next; ledger.Bringing is { } bringing && left >= 0; left--)
            await bringing.WaitAsync(Patience, TimeProvider.System);

        using var direct = At(database);
        var rows = await direct.RowsAsync(start.AddDays(-1), start.AddDays(1), default);
        Assert.Equal((next, next), (rows.Count, rows.DistinctBy(row => row.Id).Count()));
        Assert.Empty(await direct.CheckAsync(null, default));
        Assert.True(acknowledged >= 20 * deaths);
    }

    static string NameOf((System.Reflection.MethodInfo Test, object?[] Arguments) test) =>
        test.Test.Name + (test.Arguments.Length == 0 ? "" : "(" + string.Join(", ", test.Arguments) + ")");

    PostgreSqlUsageLedger At(string database) => new(database, new UsageLedgerOptions(), _time);
}
