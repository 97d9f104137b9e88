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

    public static async Task<LedgerTransaction> BeginAsync(NpgsqlConnection connection)
    {
        var begun = new LedgerTransaction(connection, await connection.BeginTransactionAsync().ConfigureAwait(false));
        try
        {
            // A host that vanishes must not hold the others up; and what is answered for must be on disk, whatever the server's default is.
            // Facts and the newest key are read by statements behind the lock, so they are those of the last commit; all of it is one message.
            await begun.ReadStateAsync($"SET LOCAL synchronous_commit = on; SET LOCAL idle_in_transaction_session_timeout = '20s'; SELECT 1 FROM pg_advisory_xact_lock({Lock}); "
                + "SELECT name, value FROM aitelemetry.facts; SELECT id FROM aitelemetry.record_keys ORDER BY id DESC LIMIT 1").ConfigureAwait(false);
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
        using var command = new NpgsqlCommand("SELECT name, value FROM aitelemetry.facts", connection);
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
        using var command = Command("SELECT call_key, bool_or(door & 1 = 1), bool_or(door = 2) FROM aitelemetry.record_keys WHERE call_key = ANY($1) GROUP BY call_key", [callKeys]);
        var rows = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync().ConfigureAwait(false))
                seen[Convert.ToHexString(rows.GetFieldValue<byte[]>(0))] = new CallIdentity.Seen(rows.GetBoolean(1), rows.GetBoolean(2));
        }
        return seen;
    }

    /// <summary>Adds keys; the ids of those that were there already.</summary>
    /// <remarks>No other writer is at work, so what is not there now can be put in without asking for conflicts. Ids are in the order of time: only those up to the newest are looked up.</remarks>
    public async Task<HashSet<Guid>> AddKeysAsync(Guid[] ids, byte[]?[] callKeys, short[] doors)
    {
        var known = new HashSet<Guid>();
        var older = Array.FindAll(ids, id => id.CompareTo(_newest) <= 0);
        if (older.Length > 0)
        {
            using var find = Command("SELECT id FROM aitelemetry.record_keys WHERE id = ANY($1)", [older]);
            var rows = await find.ExecuteReaderAsync().ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                while (await rows.ReadAsync().ConfigureAwait(false))
                    known.Add(rows.GetGuid(0));
            }
        }
        if (known.Count == ids.Length)
            return known;
        if (known.Count > 0)
        {
            var left = Enumerable.Range(0, ids.Length).Where(place => !known.Contains(ids[place])).ToArray();
            ids = Array.ConvertAll(left, place => ids[place]);
            callKeys = Array.ConvertAll(left, place => callKeys[place]);
            doors = Array.ConvertAll(left, place => doors[place]);
        }
        using var add = Command("INSERT INTO aitelemetry.record_keys (id, call_key, door) SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::smallint[])", ids, callKeys, doors);
        await add.ExecuteNonQueryAsync().ConfigureAwait(false);
        return known;
    }

    public async Task UncountAsync(Guid[] ids)
    {
        using var command = Command("UPDATE aitelemetry.record_keys SET door = door & 1 WHERE id = ANY($1)", [ids]);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public async Task AddRowsAsync(IEnumerable<(UsageRecord Record, int Series)> records)
    {
        var rows = await _connection.BeginBinaryImportAsync($"COPY aitelemetry.records ({PostgreSqlColumns.Names}) FROM STDIN (FORMAT BINARY)").ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            foreach (var (record, series) in records)
                PostgreSqlColumns.Write(rows, record, series);
            await rows.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes sums, added to those that are there unless they are whole.</summary>
    public async Task WriteSumsAsync(IReadOnlyDictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> sums, SeriesNumbers numbers, bool isWhole)
    {
        var keys = sums.Keys.Where(key => key.Bucket >= Floors[key.Step]).ToArray();
        if (keys.Length == 0)
            return;
        var steps = Array.ConvertAll(keys, static key => (short)key.Step);
        var buckets = Array.ConvertAll(keys, static key => PostgreSqlColumns.UnixSeconds(key.Bucket));
        var series = Array.ConvertAll(keys, key => numbers[key.Series]);
        if (!isWhole)
        {
            using var find = Command("SELECT k.place, r.totals FROM unnest($1::smallint[], $2::bigint[], $3::integer[]) WITH ORDINALITY AS k(step, bucket, series, place) "
                + "JOIN aitelemetry.rollups r ON r.step = k.step AND r.bucket = k.bucket AND r.series = k.series", steps, buckets, series);
            var rows = await find.ExecuteReaderAsync().ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                while (await rows.ReadAsync().ConfigureAwait(false))
                    sums[keys[rows.GetInt64(0) - 1]].Merge(rows.GetFieldValue<byte[]>(1), withSketches: true);
            }
        }
        var writer = new PackedWriter();
        await PutSumsAsync(steps, buckets, series, Array.ConvertAll(keys, key =>
        {
            writer.Clear();
            sums[key].Write(writer);
            return writer.Written.ToArray();
        }), "DO UPDATE SET totals = EXCLUDED.totals").ConfigureAwait(false);
    }

    public async Task PutSumsAsync(short[] steps, long[] buckets, int[] series, byte[][] totals, string onConflict)
    {
        using var put = Command("INSERT INTO aitelemetry.rollups (step, bucket, series, totals) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::integer[], $4::bytea[]) "
            + "ON CONFLICT (step, bucket, series) " + onConflict, steps, buckets, series, totals);
        await put.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public async Task<int> RunAsync(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>The newest days up to a time that have sums, the newest first, for <see cref="RollUpFloors.TrustedTime"/>.</summary>
    public async Task<List<long>> NewestDaysAsync(long now)
    {
        using var command = new NpgsqlCommand(FormattableString.Invariant(
            $"SELECT DISTINCT bucket FROM aitelemetry.rollups WHERE step = {(int)RollUpStep.Day} AND bucket <= {PostgreSqlColumns.UnixSeconds(now)} ORDER BY bucket DESC LIMIT {RollUpFloors.NewestDays}"), _connection);
        var days = new List<long>(RollUpFloors.NewestDays);
        var rows = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync().ConfigureAwait(false))
                days.Add(PostgreSqlColumns.Ticks(rows.GetInt64(0)));
        }
        return days;
    }

    public async Task<bool> IsSoAsync(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is true;
    }

    public async Task<long> NumberAsync(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync().ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture);
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();

    async Task ReadStateAsync(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        var rows = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextResultAsync().ConfigureAwait(false); // the lock was the first
            (Floors, OtherDoors) = await FactsAsync(rows).ConfigureAwait(false);
            await rows.NextResultAsync().ConfigureAwait(false);
            if (await rows.ReadAsync().ConfigureAwait(false))
                _newest = rows.GetGuid(0);
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

    NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
