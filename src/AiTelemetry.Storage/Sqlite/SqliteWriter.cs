namespace AiTelemetry.Storage.Sqlite;

/// <summary>The one connection that writes a file and checkpoints it.</summary>
/// <remarks>
/// <para>A commit: for each record its key (a conflict means that it was there), the key of its call where another door could have seen it, its row; then
/// what they add to the sums. One transaction, durable when COMMIT returns: WAL with synchronous=FULL.</para>
/// <para>One connection writes and checkpoints, as SQLite before 3.51.3 can lose commits where two do (sqlite.org/wal.html#walresetbug). Opening
/// checkpoints once, with a sync: what an earlier process wrote and could not sync must not be taken for durable.</para>
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    const long CheckedFileBytes = 64L << 20;

    /// <summary>Bits of record_keys.door.</summary>
    const int ByHandler = 1;
    const int Counted = 2;

    readonly SqliteDatabase _database;
    readonly WordTable _words;
    readonly SqliteStatement _begin;
    readonly SqliteStatement _commit;
    readonly KeyTable _keys;
    readonly SqliteStatement _uncount;
    readonly SqliteStatement _addRecord;
    readonly SumTable _sums;
    SqliteStatement? _findCall;
    bool _otherDoors;

    /// <exception cref="SqliteFailure">The file cannot be written, or is damaged.</exception>
    /// <exception cref="UsageLedgerException">The file is another program's, or of a newer version.</exception>
    public SqliteWriter(string path)
    {
        _database = new SqliteDatabase(path, forWriting: true);
        try
        {
            Prepare(path);
            _words = new WordTable(_database);
            _begin = _database.Prepare("BEGIN IMMEDIATE");
            _commit = _database.Prepare("COMMIT");
            _keys = new KeyTable(_database);
            _uncount = _database.Prepare("UPDATE record_keys SET door = ?2 WHERE id = ?1");
            // Its key was not there, so it is not: OR REPLACE spares SQLite looking for it first.
            _addRecord = _database.Prepare($"INSERT OR REPLACE INTO records ({RecordColumns.Names}) VALUES ({RecordColumns.Parameters})");
            _sums = new SumTable(_database);
            Floors = FloorsIn(_database);
            _otherDoors = _database.Number("SELECT value FROM facts WHERE name = 'other_doors'") != 0;
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>From when on rows and sums are whole.</summary>
    public RollUpFloors Floors { get; private set; }

    public static RollUpFloors FloorsIn(SqliteDatabase database) => new(FloorIn(database, RollUpStep.Rows), FloorIn(database, RollUpStep.Minute),
        FloorIn(database, RollUpStep.Hour), FloorIn(database, RollUpStep.Day));

    public static long KeysFromIn(SqliteDatabase database) => database.Number("SELECT value FROM facts WHERE name = 'keys_from'");

    /// <summary>Writes what is not refused; nothing of it where it throws.</summary>
    public void Commit(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, bool asksForCalls = true) => InTransaction(() =>
    {
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i] != AppendStatus.Refused)
                statuses[i] = Floors.KeepNothingOf(records[i].StartedAtTicks) ? AppendStatus.Refused : Add(records[i], asksForCalls) ? AppendStatus.Added : AppendStatus.Known;
        }
        _keys.Write();
        _sums.Write(Floors);
    });

    /// <summary>Makes the sums of one day anew from its rows.</summary>
    /// <param name="day">The start of the day, in ticks.</param>
    /// <param name="rows">Gives its rows, one after the other.</param>
    public void Rebuild(long day, Action<Action<UsageRecord>> rows) => InTransaction(() =>
    {
        _sums.TakeOut(day, day + TimeSpan.TicksPerDay);
        foreach (var step in RollUpSteps.Sums)
            _database.Run(FormattableString.Invariant($"DELETE FROM rollups WHERE step = {(int)step} AND bucket >= {UnixSeconds(day)} AND bucket < {UnixSeconds(day + TimeSpan.TicksPerDay)}"));
        var sums = new DaySums();
        rows(sums.Add);
        var totals = new PackedWriter();
        foreach (var (key, sum) in sums.All)
        {
            if (key.Bucket < Floors[key.Step])
                continue;
            totals.Clear();
            sum.Write(totals);
            _sums.PutUnlessThere(key.Step, key.Bucket, _words.Of(key.Series), totals.Written);
        }
    });

    /// <summary>Takes over sums of times whose rows are gone, and from when on they are; again does nothing.</summary>
    public void Adopt(LedgerPast past)
    {
        var floors = past.Floors.Or(Floors);
        InTransaction(() =>
        {
            _sums.Settle(Floors);
            SaveFloors(floors);
            SaveKeysFrom(past.KeysFrom);
            foreach (var sum in past.Sums)
                _sums.PutUnlessThere(sum.Step, sum.Bucket, _words.Of(sum.Series), sum.Totals);
        });
        Floors = floors;
    }

    /// <summary>Takes over keys of records that are gone; again does nothing.</summary>
    public void Adopt(IReadOnlyList<RecordKey> keys) => InTransaction(() =>
    {
        Span<byte> id = stackalloc byte[16];
        foreach (var key in keys)
        {
            if (!_otherDoors && key.CallKey is not null && (key.Door & ByHandler) == 0)
                ExpectOtherDoors();
            key.Id.TryWriteBytes(id, bigEndian: true, out _);
            _keys.Add(id, key.CallKey ?? [], key.Door);
        }
        _keys.Write();
    });

    /// <summary>Deletes some of what is too old; whether more is left.</summary>
    /// <param name="options">How long what is kept.</param>
    /// <param name="now">The time, in ticks.</param>
    /// <param name="most">How many rows of each table.</param>
    public bool Prune(UsageLedgerOptions options, long now, int most)
    {
        var (floors, deleted) = (Floors, 0);
        InTransaction(() =>
        {
            _sums.Settle(Floors);
            now = RollUpFloors.TrustedTime(now, NewestDays(now));
            if (now == 0)
                return;
            floors = Floors.Raised(options, now, HasBefore);
            if (floors != Floors)
                SaveFloors(floors);
            deleted = Delete("records", "started_at, id", most, FormattableString.Invariant($"started_at < {RecordColumns.UnixTicks(floors.Rows)}"));
            foreach (var step in RollUpSteps.Sums)
                deleted = Math.Max(deleted, Delete("rollups", "step, bucket, series", most, FormattableString.Invariant($"step = {(int)step} AND bucket < {UnixSeconds(floors[step])}")));
            var oldestKey = Math.Max(DateTime.UnixEpoch.Ticks, now - options.KeyRetention.Ticks);
            var keys = Delete("record_keys", "id", most, FormattableString.Invariant($"id < x'{new DateTimeOffset(oldestKey, TimeSpan.Zero).ToUnixTimeMilliseconds():x12}'"));
            if (keys > 0)
                SaveKeysFrom(oldestKey);
            deleted = Math.Max(deleted, keys);
        });
        Floors = floors;
        return deleted == most;
    }

    List<long> NewestDays(long now)
    {
        var days = new List<long>(RollUpFloors.NewestDays);
        using var newest = _database.PrepareOnce(FormattableString.Invariant(
            $"SELECT DISTINCT bucket FROM rollups WHERE step = {(int)RollUpStep.Day} AND bucket <= {UnixSeconds(now)} ORDER BY bucket DESC LIMIT {RollUpFloors.NewestDays}"));
        while (newest.Step())
            days.Add(DateTime.UnixEpoch.Ticks + (newest.Long(0) * TimeSpan.TicksPerSecond));
        return days;
    }

    bool HasBefore(RollUpStep step, long before) => _database.Number(step == RollUpStep.Rows
        ? FormattableString.Invariant($"SELECT EXISTS (SELECT 1 FROM records WHERE started_at < {RecordColumns.UnixTicks(before)})")
        : FormattableString.Invariant($"SELECT EXISTS (SELECT 1 FROM rollups WHERE step = {(int)step} AND bucket < {UnixSeconds(before)})")) != 0;

    public void Dispose() => _database.Dispose();

    public static long UnixSeconds(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    void Prepare(string path)
    {
        var version = SqliteSchema.Ledger.VersionOf(_database, path);
        SqliteSchema.MakeDurable(_database);
        if (version > 0 && new FileInfo(path).Length <= CheckedFileBytes && _database.Text("PRAGMA quick_check(1)") is var check && check != "ok")
            throw new SqliteFailure(SQLitePCL.raw.SQLITE_CORRUPT, check ?? "the check said nothing");
        SqliteSchema.Ledger.Bring(_database, version);
    }

    bool Add(UsageRecord record, bool asksForCalls)
    {
        Span<byte> id = stackalloc byte[16];
        record.Id.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> key = stackalloc byte[CallIdentity.KeyBytes];
        var hasKey = CallIdentity.TryWriteKey(record, key);
        var byHandler = record.Source == UsageSource.Handler;
        if (hasKey && !byHandler && !_otherDoors)
            ExpectOtherDoors();
        if (!_keys.Add(id, hasKey ? key : [], (byHandler ? ByHandler : 0) | Counted))
            return false;
        if (asksForCalls && hasKey && _otherDoors && CallIdentity.IsKnownCall(record.Source, SeenBefore(id, key)))
        {
            _uncount.Bind(1, id);
            _uncount.Bind(2, byHandler ? ByHandler : 0);
            _uncount.Run();
            return false;
        }
        var series = _words.Of(UsageSeries.Of(record));
        if (record.StartedAtTicks >= Floors.Rows)
        {
            RecordColumns.Bind(_addRecord, record, id, series, _words);
            _addRecord.Run();
        }
        _sums.Add(record, series);
        return true;
    }

    CallIdentity.Seen SeenBefore(ReadOnlySpan<byte> id, ReadOnlySpan<byte> key)
    {
        _keys.Write();
        _findCall ??= _database.Prepare("SELECT max(door & 1), max(door = 2) FROM record_keys WHERE call_key = ?1 AND id <> ?2");
        _findCall.Bind(1, key);
        _findCall.Bind(2, id);
        _findCall.Step();
        var seen = new CallIdentity.Seen(_findCall.Long(0) != 0, _findCall.Long(1) != 0);
        _findCall.Reset();
        return seen;
    }

    /// <summary>The first record that is not the handler's: from now on calls are looked up. Until now the index would have cost every append a random write.</summary>
    void ExpectOtherDoors()
    {
        _database.Run("CREATE INDEX IF NOT EXISTS record_keys_by_call ON record_keys (call_key) WHERE call_key IS NOT NULL; INSERT OR REPLACE INTO facts (name, value) VALUES ('other_doors', 1);");
        _otherDoors = true;
    }

    int Delete(string table, string key, int most, string where)
    {
        _database.Run($"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {where} LIMIT {most})");
        return _database.Changes;
    }

    void SaveFloors(RollUpFloors floors)
    {
        for (var step = RollUpStep.Rows; step <= RollUpStep.Day; step++)
            _database.Run(FormattableString.Invariant($"INSERT OR REPLACE INTO facts (name, value) VALUES ('floor_{(int)step}', {floors[step]})"));
    }

    void SaveKeysFrom(long ticks) => _database.Run(FormattableString.Invariant(
        $"INSERT INTO facts (name, value) VALUES ('keys_from', {ticks}) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)"));

    void InTransaction(Action work)
    {
        var otherDoors = _otherDoors;
        try
        {
            _begin.Run();
            work();
            _commit.Run();
        }
        catch
        {
            _words.Forget();
            _sums.Forget();
            _keys.Forget();
            _otherDoors = otherDoors;
            // Not opened anew: this connection knows that what it could not sync is not there, a new one would find it in the log and take it for durable.
            _database.RollBack();
            throw;
        }
    }

    static long FloorIn(SqliteDatabase database, RollUpStep step) => database.Number(FormattableString.Invariant($"SELECT value FROM facts WHERE name = 'floor_{(int)step}'"));
}
