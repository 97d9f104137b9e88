// One piece because it is all that a ledger promises, over one server; its statements stand in the folder PostgreSql.
using AiTelemetry.Storage.PostgreSql;
using Npgsql;

namespace AiTelemetry.Storage;

/// <summary>A ledger on a PostgreSQL server (13 or later), written by any number of nodes at once.</summary>
/// <remarks>
/// Keys are inserted first, and those that come back are new; their rows are copied in and their sums added, all in one transaction. So an append whose
/// answer was lost can be tried again: it finds its keys. That is done here for failures that pass, and by the caller for all others.
/// </remarks>
internal sealed class PostgreSqlUsageLedger : UsageLedger, IMovableLedger
{
    const int SchemaVersion = 2;
    const int Tries = 4;
    const string KeysFrom = "SELECT coalesce(max(value), 0) FROM aitelemetry.facts WHERE name = 'keys_from'";

    readonly NpgsqlDataSource _source;
    readonly SeriesNumbers _series = new();
    readonly PostgreSqlPruning _pruning;
    readonly SemaphoreSlim _opening = new(1, 1);
    bool _isOpen;

    public PostgreSqlUsageLedger(string connectionString, UsageLedgerOptions options, TimeProvider time)
        : base(options, time)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.ApplicationName ??= "aitelemetry";
        _source = builder.Build();
        _pruning = new PostgreSqlPruning(time);
    }

    public override async ValueTask OpenAsync(CancellationToken cancellationToken = default) => await OnConnectionAsync(static _ => Task.FromResult(true), cancellationToken).ConfigureAwait(false);

    internal override async ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken) => await EachDayAsync(progress, async (connection, day) =>
    {
        var transaction = await LedgerTransaction.BeginAsync(connection).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            if (day < transaction.Floors.Rows)
                return;
            var sums = await SumsOfAsync(connection, day, cancellationToken).ConfigureAwait(false);
            await transaction.RunAsync(FormattableString.Invariant($"DELETE FROM aitelemetry.rollups WHERE {Of(day)}")).ConfigureAwait(false);
            await transaction.PutSumsAsync(new SumRows(sums.All, _series, transaction.Floors)).ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
        }
    }, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<string>> CheckAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var without = await OnConnectionAsync(connection => NumberAsync(connection,
            "SELECT count(*) FROM aitelemetry.records r WHERE NOT EXISTS (SELECT 1 FROM aitelemetry.record_keys k WHERE k.id = r.id AND k.door >= 2)"), cancellationToken).ConfigureAwait(false);
        if (without > 0)
            found.Add(FormattableString.Invariant($"{without} rows have no key of a counted record."));
        await EachDayAsync(progress, async (connection, day) =>
        {
            var (floors, _) = await LedgerTransaction.FactsAsync(connection).ConfigureAwait(false);
            if (day < floors.Rows)
                return;
            var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var sums = await SumsOfAsync(connection, day, cancellationToken).ConfigureAwait(false);
                if (sums.Difference(day, await SumsAsync(connection, Of(day), cancellationToken).ConfigureAwait(false), floors) is { } difference)
                    found.Add(difference);
            }
        }, cancellationToken).ConfigureAwait(false);
        return found;
    }

    public async ValueTask<(DateTimeOffset First, DateTimeOffset Last)?> SpanAsync(CancellationToken cancellationToken) => await OnConnectionAsync<(DateTimeOffset, DateTimeOffset)?>(async connection =>
    {
        var last = await NumberAsync(connection, "SELECT coalesce(max(started_at), 0) FROM aitelemetry.records").ConfigureAwait(false);
        if (last == 0)
            return null;
        var first = await NumberAsync(connection, "SELECT min(started_at) FROM aitelemetry.records").ConfigureAwait(false);
        return (DateTimeOffset.UnixEpoch.AddTicks(first), DateTimeOffset.UnixEpoch.AddTicks(last));
    }, cancellationToken).ConfigureAwait(false);

    public async ValueTask<LedgerPast> PastAsync(CancellationToken cancellationToken) => await OnConnectionAsync(async connection =>
    {
        var (floors, _) = await LedgerTransaction.FactsAsync(connection).ConfigureAwait(false);
        return new LedgerPast(floors, floors.Rows == 0 ? []
            : await SumsAsync(connection, FormattableString.Invariant($"bucket < {PostgreSqlColumns.UnixSeconds(floors.Rows)}"), cancellationToken).ConfigureAwait(false),
            await NumberAsync(connection, KeysFrom).ConfigureAwait(false));
    }, cancellationToken).ConfigureAwait(false);

    internal override async ValueTask<long> KeysFromAsync(CancellationToken cancellationToken) => await OnConnectionAsync(static connection => NumberAsync(connection, KeysFrom), cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<RecordKey>> KeysAsync(Guid after, int most, CancellationToken cancellationToken) => await OnConnectionAsync(async connection =>
    {
        var keys = new List<RecordKey>();
        using var command = new NpgsqlCommand("SELECT id, call_key, door FROM aitelemetry.record_keys WHERE id > $1 ORDER BY id LIMIT $2", connection) { Parameters = { new() { Value = after }, new() { Value = most } } };
        await ReadAsync(command, row => keys.Add(new RecordKey(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1), row.GetInt16(2))), cancellationToken).ConfigureAwait(false);
        return keys;
    }, cancellationToken).ConfigureAwait(false);

    public async ValueTask AdoptAsync(IReadOnlyList<UsageRecord> rows, CancellationToken cancellationToken) =>
        await WriteAsync(new PostgreSqlBatch(rows, new AppendStatus[rows.Count], asksForCalls: false), cancellationToken).ConfigureAwait(false);

    public async ValueTask AdoptAsync(LedgerPast past, CancellationToken cancellationToken) => await InTransactionAsync(past.Sums.Select(static sum => sum.Series).Distinct().ToArray(), async transaction =>
    {
        await transaction.SaveFloorsAsync(past.Floors.Or(transaction.Floors)).ConfigureAwait(false);
        await transaction.SaveKeysFromAsync(past.KeysFrom).ConfigureAwait(false);
        foreach (var part in past.Sums.Chunk(5000))
            await transaction.AdoptSumsAsync(part, _series).ConfigureAwait(false);
        return true;
    }, cancellationToken).ConfigureAwait(false);

    public async ValueTask AdoptAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken) => await InTransactionAsync([], async transaction =>
    {
        if (!transaction.OtherDoors && keys.Any(static key => key.CallKey is not null && (key.Door & 1) == 0))
            await transaction.ExpectOtherDoorsAsync().ConfigureAwait(false);
        var known = await transaction.KnownAsync(keys).ConfigureAwait(false);
        await transaction.AddKeysAsync([.. keys.Where(key => !known.Contains(key.Id))]).ConfigureAwait(false);
        return true;
    }, cancellationToken).ConfigureAwait(false);

    internal override async ValueTask<bool> PruneAsync(CancellationToken cancellationToken) =>
        await InTransactionAsync([], transaction => _pruning.StepAsync(transaction, Options, Now.UtcTicks), cancellationToken).ConfigureAwait(false);

    internal override async ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => await OnConnectionAsync(async connection =>
    {
        var rows = new List<UsageRecord>();
        await EachRowAsync(connection, from.UtcTicks, to.UtcTicks, rows.Add, cancellationToken).ConfigureAwait(false);
        return rows;
    }, cancellationToken).ConfigureAwait(false);

    internal override async ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) =>
        await OnConnectionAsync(connection => SumsAsync(connection, "true", cancellationToken), cancellationToken).ConfigureAwait(false);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _source.Dispose();
        _opening.Dispose();
    }

    private protected override async ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken)
    {
        var batch = new PostgreSqlBatch(records, statuses);
        await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        batch.Settle();
    }

    private protected override async ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => await OnConnectionAsync(async connection =>
    {
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var (floors, _) = await LedgerTransaction.FactsAsync(connection).ConfigureAwait(false);
            var reading = new PostgreSqlAnswer(answer, _series);
            try
            {
                await reading.ReadAsync(connection, QueryPlan.Of(query, floors).Pieces, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (reading.HasBegun)
            {
                throw new UsageLedgerException($"PostgreSQL broke off an answer ({e.Message.TrimEnd('.')}). Ask again.", e); // asking again here would count what was read twice
            }
        }
        return true;
    }, cancellationToken).ConfigureAwait(false);

    async Task WriteAsync(PostgreSqlBatch batch, CancellationToken cancellationToken) => await OnConnectionAsync(async connection =>
    {
        await _series.LearnAsync(connection, batch.Series).ConfigureAwait(false);
        await batch.WriteAsync(connection, _series).ConfigureAwait(false);
        return true;
    }, cancellationToken).ConfigureAwait(false);

    async Task<T> InTransactionAsync<T>(IReadOnlyCollection<UsageSeries> series, Func<LedgerTransaction, Task<T>> work, CancellationToken cancellationToken) => await OnConnectionAsync(async connection =>
    {
        await _series.LearnAsync(connection, series).ConfigureAwait(false);
        var transaction = await LedgerTransaction.BeginAsync(connection).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var result = await work(transaction).ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
            return result;
        }
    }, cancellationToken).ConfigureAwait(false);

    /// <summary>Does something on a connection; again where it failed in a way that passes: all that is done here may be done twice.</summary>
    async Task<T> OnConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var wasSent = false;
        for (var failures = 1; ; failures++)
        {
            try
            {
                var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    wasSent = true;
                    if (!_isOpen)
                        await MakeReadyAsync(connection, cancellationToken).ConfigureAwait(false);
                    return await work(connection).ConfigureAwait(false);
                }
            }
            catch (NpgsqlException e) when (e.IsTransient && e.InnerException is not TimeoutException && failures < Tries)
            {
                await Task.Delay(CommitRetry.WaitAfter(failures), Time, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                throw DamagedSum.Told("The ledger in PostgreSQL", e);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
            {
                throw new UsageLedgerException($"PostgreSQL refused ({e.Message.TrimEnd('.')}). Nothing of this was acknowledged; it may be tried again.", e) { WasNotSent = !wasSent };
            }
        }
    }

    async Task MakeReadyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // As mostly: a start does not stand in line behind those who write.
            _isOpen = _isOpen || await VersionOrNoneAsync(connection).ConfigureAwait(false) == SchemaVersion;
            if (_isOpen)
                return;
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await NumberAsync(connection, $"SELECT 1 FROM pg_advisory_xact_lock({LedgerTransaction.Lock})").ConfigureAwait(false); // several nodes may start at once
                if (await NumberAsync(connection, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('aitelemetry.facts')").ConfigureAwait(false) == 0)
                    await MakeAsync(connection, 1, cancellationToken).ConfigureAwait(false);
                var version = await NumberAsync(connection, "SELECT value FROM aitelemetry.facts WHERE name = 'version'").ConfigureAwait(false);
                while (version < SchemaVersion)
                    await MakeAsync(connection, ++version, cancellationToken).ConfigureAwait(false);
                if (version > SchemaVersion)
                    throw new UsageLedgerException(FormattableString.Invariant($"The ledger in this database is of version {version}; this AiTelemetry knows versions up to {SchemaVersion}. Update the app, or give it another database."));
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            _isOpen = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The version that is there; 0 where there is no ledger yet.</summary>
    static async Task<long> VersionOrNoneAsync(NpgsqlConnection connection)
    {
        try
        {
            return await NumberAsync(connection, "SELECT value FROM aitelemetry.facts WHERE name = 'version'").ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return 0;
        }
    }

    /// <summary>Makes a version out of the one before.</summary>
    static async Task MakeAsync(NpgsqlConnection connection, long version, CancellationToken cancellationToken)
    {
        using var stream = typeof(PostgreSqlUsageLedger).Assembly.GetManifestResourceStream(FormattableString.Invariant($"AiTelemetry.Storage.postgresql-{version}.sql"))!;
        using var reader = new StreamReader(stream);
        using var make = new NpgsqlCommand(await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false), connection);
        await make.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task EachDayAsync(IProgress<double>? progress, Func<NpgsqlConnection, long, Task> work, CancellationToken cancellationToken)
    {
        var (first, last) = await OnConnectionAsync(async connection =>
        {
            var (floors, _) = await LedgerTransaction.FactsAsync(connection).ConfigureAwait(false);
            var from = PostgreSqlColumns.UnixSeconds(Math.Max(DateTime.UnixEpoch.Ticks, floors.Rows));
            return (await NumberAsync(connection, FormattableString.Invariant($"SELECT coalesce(least((SELECT min(started_at) FROM aitelemetry.records), (SELECT min(bucket) * 10000000 FROM aitelemetry.rollups WHERE step = 3 AND bucket >= {from})), 0)")).ConfigureAwait(false),
                await NumberAsync(connection, FormattableString.Invariant($"SELECT coalesce(greatest((SELECT max(started_at) FROM aitelemetry.records), (SELECT max(bucket) * 10000000 FROM aitelemetry.rollups WHERE step = 3 AND bucket >= {from})), 0)")).ConfigureAwait(false));
        }, cancellationToken).ConfigureAwait(false);
        if (last == 0)
            return;
        var begin = RollUpStep.Day.Floor(first + DateTime.UnixEpoch.Ticks);
        var end = RollUpStep.Day.Floor(last + DateTime.UnixEpoch.Ticks) + TimeSpan.TicksPerDay;
        for (var day = begin; day < end; day += TimeSpan.TicksPerDay)
        {
            var at = day;
            await OnConnectionAsync(async connection =>
            {
                await work(connection, at).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
            progress?.Report((double)(day + TimeSpan.TicksPerDay - begin) / (end - begin));
        }
    }

    async Task<DaySums> SumsOfAsync(NpgsqlConnection connection, long day, CancellationToken cancellationToken)
    {
        var sums = new DaySums();
        await EachRowAsync(connection, day, day + TimeSpan.TicksPerDay, sums.Add, cancellationToken).ConfigureAwait(false);
        await _series.LearnAsync(connection, sums.All.Keys.Select(static key => key.Series).ToHashSet()).ConfigureAwait(false);
        return sums;
    }

    async Task<IReadOnlyList<RollUp>> SumsAsync(NpgsqlConnection connection, string where, CancellationToken cancellationToken)
    {
        var sums = new List<RollUp>();
        await EachSumAsync(connection, where, sums.Add, cancellationToken).ConfigureAwait(false);
        return [.. sums.OrderBy(static sum => sum.Step).ThenBy(static sum => sum.Bucket).ThenBy(static sum => sum.Series, UsageSeries.Order)];
    }

    async Task EachSumAsync(NpgsqlConnection connection, string where, Action<RollUp> take, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(PostgreSqlColumns.SumsWhere + where, connection);
        await ReadAsync(command, row => take(new RollUp((RollUpStep)row.GetInt16(0), PostgreSqlColumns.Ticks(row.GetInt64(1)), _series.Of(row, 3, 4), row.GetFieldValue<byte[]>(2))), cancellationToken).ConfigureAwait(false);
    }

    async Task EachRowAsync(NpgsqlConnection connection, long from, long to, Action<UsageRecord> take, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(PostgreSqlColumns.RowsWhere + "r.started_at >= $1 AND r.started_at < $2 ORDER BY r.started_at, r.id", connection)
        {
            Parameters = { new() { Value = PostgreSqlColumns.UnixTicks(from) }, new() { Value = PostgreSqlColumns.UnixTicks(to) } },
        };
        await ReadAsync(command, row => take(PostgreSqlColumns.Read(row, _series.Of(row, 2, PostgreSqlColumns.FirstOfSeries))), cancellationToken).ConfigureAwait(false);
    }

    static async Task ReadAsync(NpgsqlCommand command, Action<NpgsqlDataReader> take, CancellationToken cancellationToken)
    {
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                take(rows);
        }
    }

    static async Task<long> NumberAsync(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync().ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture);
    }

    static string Of(long day) => FormattableString.Invariant($"bucket >= {PostgreSqlColumns.UnixSeconds(day)} AND bucket < {PostgreSqlColumns.UnixSeconds(day + TimeSpan.TicksPerDay)}");
}
