using System.Runtime.InteropServices;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>A connection that reads a file; it sees one moment of it at a time, and neither waits for the writer nor holds it up.</summary>
internal sealed class SqliteReader : IDisposable
{
    readonly string _path;
    readonly SqliteDatabase _database;
    readonly SqliteStatement _sums;
    readonly SqliteStatement _allSums;
    readonly SqliteStatement _summed;
    readonly SqliteStatement _version;
    readonly Func<int, long?> _count;
    readonly Func<int, long?> _summedCount;
    readonly KnownWords _words;

    /// <summary>Those that depend on the file's version, which its writer may raise at any time.</summary>
    SqliteStatement _rows;
    SqliteStatement? _added;
    int _knownVersion;

    public SqliteReader(string path)
    {
        _path = path;
        _count = kind => _rows!.LongOrNull(RecordColumns.ColumnOf(kind));
        _summedCount = kind => _summed!.LongOrNull(SummedColumns.ColumnOf(kind));
        _database = new SqliteDatabase(path, forWriting: false);
        try
        {
            _database.Run("PRAGMA cache_size = -8192");
            _version = _database.Prepare("PRAGMA user_version");
            (_rows, _added) = Prepare();
            _sums = _database.Prepare("SELECT bucket, series, totals FROM rollups WHERE step = ?1 AND bucket >= ?2 AND bucket < ?3");
            _allSums = _database.Prepare("SELECT step, bucket, series, totals FROM rollups WHERE bucket >= ?1 AND bucket < ?2");
            _summed = _database.Prepare($"SELECT {SummedColumns.Names} FROM records WHERE started_at >= ?1 AND started_at < ?2");
            _words = new KnownWords(_database);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a question needs.</summary>
    public void Answer(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => AtOneMoment(() =>
    {
        var groups = new Dictionary<long, int>();
        var waiting = Waiting();
        foreach (var piece in QueryPlan.Of(query, SqliteWriter.FloorsIn(_database)).Pieces)
        {
            if (piece.Step == RollUpStep.Rows)
            {
                _summed.Bind(1, RecordColumns.UnixTicks(piece.From));
                _summed.Bind(2, RecordColumns.UnixTicks(piece.To));
                while (_summed.Step())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    answer.Add(SummedColumns.Read(_summed, _words.Series(_summed.Long(1)), _summedCount));
                }
                continue;
            }
            _sums.Bind(1, (long)piece.Step);
            _sums.Bind(2, SqliteWriter.UnixSeconds(piece.From));
            _sums.Bind(3, SqliteWriter.UnixSeconds(piece.To));
            while (_sums.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                answer.Add(GroupOf(_sums.Long(1)), Ticks(_sums.Long(0)), _sums.Bytes(2));
            }
            foreach (var (series, minute, totals) in waiting)
            {
                if (minute >= piece.From && minute < piece.To)
                    answer.Add(GroupOf(series), minute, totals);
            }
        }

        int GroupOf(long series)
        {
            if (!groups.TryGetValue(series, out var group))
                groups[series] = group = answer.GroupOf(_words.Series(series));
            return group;
        }
    });

    /// <summary>The rows of a range, in ticks.</summary>
    public List<UsageRecord> Rows(long from, long to, CancellationToken cancellationToken)
    {
        var rows = new List<UsageRecord>();
        EachRow(from, to, rows.Add, cancellationToken);
        return rows;
    }

    /// <summary>Shows each row of a range, in ticks.</summary>
    public void EachRow(long from, long to, Action<UsageRecord> take, CancellationToken cancellationToken) => AtOneMoment(() => StepRows(from, to, take, cancellationToken));

    /// <summary>The sums of buckets of a range, in ticks.</summary>
    public List<RollUp> RollUps(long from, long to) => AtOneMoment(() => StepRollUps(from, to));

    public List<RollUp> StepRollUps(long from, long to)
    {
        var waiting = WaitingSums(from, to);
        var totals = new PackedWriter();
        var sums = new List<RollUp>();
        _allSums.Bind(1, SqliteWriter.UnixSeconds(from));
        _allSums.Bind(2, SqliteWriter.UnixSeconds(to));
        while (_allSums.Step())
        {
            var key = ((RollUpStep)_allSums.Long(0), Ticks(_allSums.Long(1)), _allSums.Long(2));
            if (waiting.TryGetValue(key, out var sum))
                sum.Merge(_allSums.Bytes(3), withSketches: true);
            else
                Take(key, _allSums.Bytes(3));
        }
        foreach (var (key, sum) in waiting)
        {
            totals.Clear();
            sum.Write(totals);
            Take(key, totals.Written);
        }
        return [.. sums.OrderBy(static sum => sum.Step).ThenBy(static sum => sum.Bucket).ThenBy(static sum => sum.Series, UsageSeries.Order)];

        void Take((RollUpStep Step, long Bucket, long Series) key, ReadOnlySpan<byte> bytes) => sums.Add(new RollUp(key.Step, key.Bucket, _words.Series(key.Series), bytes.ToArray()));
    }

    public RollUpFloors Floors => SqliteWriter.FloorsIn(_database);

    /// <summary>From when on the keys of all records are kept, in ticks.</summary>
    public long KeysFrom => SqliteWriter.KeysFromIn(_database);

    /// <summary>The starts of the first and the last row, in ticks; none where there is no row.</summary>
    public (long First, long Last)? Span()
    {
        var last = _database.Number("SELECT max(started_at) FROM records");
        return last == 0 ? null : (_database.Number("SELECT min(started_at) FROM records") + DateTime.UnixEpoch.Ticks, last + DateTime.UnixEpoch.Ticks);
    }

    /// <summary>The days that have rows, or sums and should have rows, from and to, in ticks; none where there are none.</summary>
    public (long First, long Last)? Days()
    {
        var (first, last) = Span() ?? (long.MaxValue, 0);
        var where = FormattableString.Invariant($"FROM rollups WHERE step = {(int)RollUpStep.Day} AND bucket >= {SqliteWriter.UnixSeconds(Math.Max(DateTime.UnixEpoch.Ticks, Floors.Rows))}");
        if (_database.Number("SELECT count(*) FROM (SELECT 1 " + where + " LIMIT 1)") != 0)
        {
            first = Math.Min(first, Ticks(_database.Number("SELECT min(bucket) " + where)));
            last = Math.Max(last, Ticks(_database.Number("SELECT max(bucket) " + where)));
        }
        return last == 0 ? null : (RollUpStep.Day.Floor(first), RollUpStep.Day.Floor(last));
    }

    /// <summary>What SQLite itself finds wrong, and rows without a key.</summary>
    public IEnumerable<string> Damages()
    {
        using var check = _database.PrepareOnce("PRAGMA integrity_check(20)");
        while (check.Step())
        {
            if (check.Text(0) is { } found && found != "ok")
                yield return found;
        }
        var without = _database.Number("SELECT count(*) FROM records r WHERE NOT EXISTS (SELECT 1 FROM record_keys k WHERE k.id = r.id AND k.door >= 2)");
        if (without > 0)
            yield return FormattableString.Invariant($"{without} rows have no key of a counted record.");
    }

    /// <summary>The keys after one, by id.</summary>
    public List<RecordKey> Keys(Guid after, int most)
    {
        Span<byte> id = stackalloc byte[16];
        after.TryWriteBytes(id, bigEndian: true, out _);
        var keys = new List<RecordKey>();
        using var statement = _database.PrepareOnce("SELECT id, call_key, door FROM record_keys WHERE id > ?1 ORDER BY id LIMIT ?2");
        statement.Bind(1, id);
        statement.Bind(2, most);
        while (statement.Step())
            keys.Add(new RecordKey(new Guid(statement.Bytes(0), bigEndian: true), statement.IsNull(1) ? null : statement.Bytes(1).ToArray(), (int)statement.Long(2)));
        return keys;
    }

    public void Dispose() => _database.Dispose();

    public void StepRows(long from, long to, Action<UsageRecord> take, CancellationToken cancellationToken)
    {
        _rows.Bind(1, RecordColumns.UnixTicks(from));
        _rows.Bind(2, RecordColumns.UnixTicks(to));
        while (_rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(RecordColumns.Read(_rows, _words.Series(_rows.Long(2)), _words.Word, _count));
        }
    }

    /// <summary>All that is read within is of one moment of the file.</summary>
    public T AtOneMoment<T>(Func<T> read)
    {
        _database.Run("BEGIN");
        try
        {
            _version.Step();
            var version = _version.Long(0);
            _version.Reset();
            if (version != _knownVersion)
                (_rows, _added) = Prepare();
            return read();
        }
        finally
        {
            _database.RollBack();
        }
    }

    /// <summary>The statements for the version that the file has now.</summary>
    /// <exception cref="UsageLedgerException">It is another program's, or newer, or empty.</exception>
    (SqliteStatement Rows, SqliteStatement? Added) Prepare()
    {
        _knownVersion = SqliteSchema.Ledger.VersionOf(_database, _path);
        if (_knownVersion == 0)
            throw new UsageLedgerException($"{_path} is empty; nothing was ever written to it.");
        return (_database.Prepare($"SELECT {RecordColumns.NamesIn(_knownVersion)} FROM records WHERE started_at >= ?1 AND started_at < ?2 ORDER BY started_at, id"),
            _knownVersion < 3 ? null : _database.Prepare("SELECT sums FROM added_sums"));
    }

    /// <summary>What commits added and is not in the sums yet.</summary>
    List<(long Series, long Minute, byte[] Totals)> Waiting()
    {
        var waiting = new List<(long, long, byte[])>();
        while (_added?.Step() == true)
        {
            for (var row = new PackedReader(_added.Bytes(0)); !row.IsAtEnd;)
            {
                var added = AddedSum.Read(ref row);
                waiting.Add((added.Series, added.Minute, added.Totals.ToArray()));
            }
        }
        return waiting;
    }

    /// <summary>The same by sum, of buckets of a range, in ticks.</summary>
    Dictionary<(RollUpStep Step, long Bucket, long Series), UsageTotals> WaitingSums(long from, long to)
    {
        var floors = Floors;
        var sums = new Dictionary<(RollUpStep, long, long), UsageTotals>();
        foreach (var (series, minute, totals) in Waiting())
        {
            foreach (var step in RollUpSteps.Sums)
            {
                var bucket = step.Floor(minute);
                if (bucket < from || bucket >= to || bucket < floors[step])
                    continue;
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, (step, bucket, series), out _);
                sum ??= new UsageTotals();
                sum.Merge(totals, withSketches: true);
            }
        }
        return sums;
    }

    void AtOneMoment(Action read) => AtOneMoment(() =>
    {
        read();
        return true;
    });

    static long Ticks(long unixSeconds) => (unixSeconds * TimeSpan.TicksPerSecond) + DateTime.UnixEpoch.Ticks;
}
