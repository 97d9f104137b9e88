using Npgsql;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>One transaction that writes, alone among all writers of all nodes from its first statement on.</summary>
/// <remarks>
/// Every commit changes the sums of the running minute, hour and day, so writers would wait for each other's rows in any case; one lock in front of all
/// makes them wait in line instead, so there is no deadlock, and each sees all that was committed before. It goes with the transaction, however that ends.
/// </remarks>
internal sealed class LedgerTransaction : IAsyncDisposable
{
    /// <summary>Of pg_advisory_xact_lock; any number that no other program takes.</summary>
    public const long Lock = 0x61_69_74_65_6c_6c_67;

    /// <summary>What goes to the server at once of a COPY: it reads while the rest is on its way.</summary>
    const int CopiedAtOnce = 64 * 1024;

    const string Facts = "SELECT name, value FROM aitelemetry.facts";

    readonly NpgsqlConnection _connection;
    readonly NpgsqlTransaction _transaction;
    Guid _newest;

    LedgerTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    public RollUpFloors Floors { get; private set; }

    public bool OtherDoors { get; private set; }

    /// <summary>Begins one, and reads in the same message what stands in the rows that sums will be added to.</summary>
    public static async Task<LedgerTransaction> BeginAsync(NpgsqlConnection connection, SumRows? sums = null)
    {
        var begun = new LedgerTransaction(connection, await connection.BeginTransactionAsync().ConfigureAwait(false));
        try
        {
            await begun.ReadStateAsync(sums).ConfigureAwait(false);
            return begun;
        }
        catch
        {
            await begun.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public static async Task<(RollUpFloors Floors, bool OtherDoors)> FactsAsync(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Facts, connection);
        var rows = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
            return await FactsAsync(rows).ConfigureAwait(false);
    }

    /// <summary>The first record that is not the handler's: from now on calls are looked up.</summary>
    public async Task ExpectOtherDoorsAsync()
    {
        await RunAsync("CREATE INDEX IF NOT EXISTS record_keys_by_call ON aitelemetry.record_keys (call_key) WHERE call_key IS NOT NULL; "
            + "INSERT INTO aitelemetry.facts (name, value) VALUES ('other_doors', 1) ON CONFLICT (name) DO UPDATE SET value = 1").ConfigureAwait(false);
        OtherDoors = true;
    }

    public async Task SaveFloorsAsync(RollUpFloors floors)
    {
        for (var step = RollUpStep.Rows; step <= RollUpStep.Day; step++)
        {
            await RunAsync(FormattableString.Invariant(
                $"INSERT INTO aitelemetry.facts (name, value) VALUES ('floor_{(int)step}', {floors[step]}) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value")).ConfigureAwait(false);
        }
        Floors = floors;
    }

    public Task SaveKeysFromAsync(long ticks) => RunAsync(FormattableString.Invariant(
        $"INSERT INTO aitelemetry.facts AS f (name, value) VALUES ('keys_from', {ticks}) ON CONFLICT (name) DO UPDATE SET value = greatest(f.value, EXCLUDED.value)"));

    /// <summary>What is known of calls before this transaction, by their keys as texts.</summary>
    public async Task<Dictionary<string, CallIdentity.Seen>> SeenAsync(byte[][] callKeys)
    {
        var seen = new Dictionary<string, CallIdentity.Seen>(StringComparer.Ordinal);
        using var command = new NpgsqlCommand("SELECT call_key, bool_or(door & 1 = 1), bool_or(door = 2) FROM aitelemetry.record_keys WHERE call_key = ANY($1) GROUP BY call_key", _connection)
        {
            Parameters = { new() { Value = callKeys } },
        };
        var rows = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync().ConfigureAwait(false))
                seen[Convert.ToHexString(rows.GetFieldValue<byte[]>(0))] = new CallIdentity.Seen(rows.GetBoolean(1), rows.GetBoolean(2));
        }
        return seen;
    }

    /// <summary>The ids of those keys that were taken before.</summary>
    /// <remarks>Ids are in the order of time: only those up to the newest are looked up.</remarks>
    public async Task<HashSet<Guid>> KnownAsync(IReadOnlyList<RecordKey> keys)
    {
        var known = new HashSet<Guid>();
        var older = new List<Guid>();
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i].Id.CompareTo(_newest) <= 0)
                older.Add(keys[i].Id);
        }
        if (older.Count == 0)
            return known;
        using var find = new NpgsqlCommand("SELECT id FROM aitelemetry.record_keys WHERE id = ANY($1)", _connection) { Parameters = { new() { Value = older } } };
        var rows = await find.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync().ConfigureAwait(false))
                known.Add(rows.GetGuid(0));
        }
        return known;
    }

    /// <summary>Adds keys that are not there. No other writer is at work, so that holds, and nothing is asked for conflicts.</summary>
    public Task AddKeysAsync(RecordKey[] keys) => RunAsync(Keys(keys));

    public async Task AddRowsAsync(CopyText rows)
    {
        if (rows.Written.IsEmpty)
            return;
        var text = await _connection.BeginTextImportAsync($"COPY aitelemetry.records ({PostgreSqlColumns.Names}) FROM STDIN").ConfigureAwait(false);
        var stream = text.BaseStream; // the writer would end the COPY without await
        await using (stream.ConfigureAwait(false))
        {
            for (var left = rows.Written; left.Length > 0; left = left[Math.Min(left.Length, CopiedAtOnce)..])
                await stream.WriteAsync(left[..Math.Min(left.Length, CopiedAtOnce)]).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what stands in the rows that sums will be added to.</summary>
    public async Task ReadSumsAsync(SumRows sums)
    {
        using var batch = new NpgsqlBatch(_connection) { BatchCommands = { Kept(sums) } };
        var rows = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
            await ReadSumsAsync(rows, sums).ConfigureAwait(false);
    }

    /// <summary>Writes sums in place of those that are there.</summary>
    public Task PutSumsAsync(SumRows sums) => RunAsync(Put(sums.Steps, sums.Buckets, sums.Series, sums.Packed(), "DO UPDATE SET totals = EXCLUDED.totals"));

    /// <summary>Writes sums that are not there.</summary>
    public Task AdoptSumsAsync(IReadOnlyList<RollUp> sums, SeriesNumbers numbers) => RunAsync(Put([.. sums.Select(static sum => (short)sum.Step)],
        [.. sums.Select(static sum => PostgreSqlColumns.UnixSeconds(sum.Bucket))], [.. sums.Select(sum => numbers[sum.Series])], [.. sums.Select(static sum => sum.Totals)], "DO NOTHING"));

    public async Task<int> RunAsync(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public NpgsqlCommand Command(string sql) => new(sql, _connection);

    /// <summary>Runs statements in one message.</summary>
    public async Task RunAsync(params NpgsqlBatchCommand[] commands)
    {
        using var batch = Batch(commands);
        await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    /// <summary>Adds keys that are not there, writes sums in place of those that are there, and commits: one message.</summary>
    public Task CommitAsync(RecordKey[] keys, SumRows sums, byte[][] totals) =>
        RunAsync(Keys(keys), Put(sums.Steps, sums.Buckets, sums.Series, totals, "DO UPDATE SET totals = EXCLUDED.totals"), new NpgsqlBatchCommand("COMMIT"));

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();

    async Task ReadStateAsync(SumRows? sums)
    {
        // A host that vanishes must not hold the others up; and what is answered for must be on disk, whatever the server's default is.
        // Facts, the newest key and sums are read by statements behind the lock, so they are those of the last commit; all of it is one message.
        using var batch = Batch(
            new($"SELECT set_config('synchronous_commit', 'on', true), set_config('idle_in_transaction_session_timeout', '20s', true) FROM pg_advisory_xact_lock({Lock})"),
            new(Facts), new("SELECT id FROM aitelemetry.record_keys ORDER BY id DESC LIMIT 1"));
        if (sums is not null)
            batch.BatchCommands.Add(Kept(sums));
        var rows = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextResultAsync().ConfigureAwait(false); // the lock was the first
            (Floors, OtherDoors) = await FactsAsync(rows).ConfigureAwait(false);
            await rows.NextResultAsync().ConfigureAwait(false);
            if (await rows.ReadAsync().ConfigureAwait(false))
                _newest = rows.GetGuid(0);
            if (sums is not null && await rows.NextResultAsync().ConfigureAwait(false))
                await ReadSumsAsync(rows, sums).ConfigureAwait(false);
        }
    }

    static async Task<(RollUpFloors Floors, bool OtherDoors)> FactsAsync(NpgsqlDataReader rows)
    {
        var facts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await rows.ReadAsync().ConfigureAwait(false))
            facts[rows.GetString(0)] = rows.GetInt64(1);
        return (new RollUpFloors(Fact("floor_0"), Fact("floor_1"), Fact("floor_2"), Fact("floor_3")), Fact("other_doors") != 0);

        long Fact(string name) => facts.GetValueOrDefault(name);
    }

    static async Task ReadSumsAsync(NpgsqlDataReader rows, SumRows sums)
    {
        while (await rows.ReadAsync().ConfigureAwait(false))
            sums.Keep((int)rows.GetInt64(0) - 1, rows.GetFieldValue<byte[]>(1));
    }

    NpgsqlBatch Batch(params NpgsqlBatchCommand[] commands)
    {
        var batch = new NpgsqlBatch(_connection);
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        return batch;
    }

    static NpgsqlBatchCommand Kept(SumRows sums) => Command("SELECT k.place, r.totals FROM unnest($1::smallint[], $2::bigint[], $3::integer[]) WITH ORDINALITY AS k(step, bucket, series, place) "
        + "JOIN aitelemetry.rollups r ON r.step = k.step AND r.bucket = k.bucket AND r.series = k.series", sums.Steps, sums.Buckets, sums.Series);

    static NpgsqlBatchCommand Put(short[] steps, long[] buckets, int[] series, byte[][] totals, string onConflict) => Command(
        "INSERT INTO aitelemetry.rollups (step, bucket, series, totals) SELECT unnest($1::smallint[]), unnest($2::bigint[]), unnest($3::integer[]), unnest($4::bytea[]) "
        + "ON CONFLICT (step, bucket, series) " + onConflict, steps, buckets, series, totals);

    /// <summary>In the list of columns, unnest hands on value by value; in FROM it would write all down first.</summary>
    static NpgsqlBatchCommand Keys(RecordKey[] keys) => Command("INSERT INTO aitelemetry.record_keys (id, call_key, door) SELECT unnest($1::uuid[]), unnest($2::bytea[]), unnest($3::smallint[])",
        Array.ConvertAll(keys, static key => key.Id), Array.ConvertAll(keys, static key => key.CallKey), Array.ConvertAll(keys, static key => (short)key.Door));

    static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
