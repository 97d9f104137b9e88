using System.Runtime.InteropServices;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>The sums by minute, hour and day; for the connection that writes.</summary>
/// <remarks>
/// The sums of the running hour and day are long, and a commit changes all that its records belong to: writing them anew each time costs as much as the
/// records. So a commit writes what it adds, by series and minute, as one row of <c>added_sums</c>, and only every so many commits these rows are added
/// to the sums and deleted, in the transaction of a commit too. At every moment a sum is what stands in <c>rollups</c> and what stands in <c>added_sums</c>.
/// </remarks>
internal sealed class SumTable(SqliteDatabase database)
{
    /// <summary>How many commits, and bytes of theirs, are added to the sums together. Every question reads them.</summary>
    const int MostRows = 64;
    const long MostBytes = 64 << 10;

    /// <summary>How many totals are kept to be filled again.</summary>
    const int MostSpare = 64;

    readonly SqliteStatement _find = database.Prepare("SELECT id, totals FROM rollups WHERE step = ?1 AND bucket = ?2 AND series = ?3");
    readonly SqliteStatement _add = database.Prepare("INSERT INTO rollups (step, bucket, series, totals) VALUES (?1, ?2, ?3, ?4)");
    readonly SqliteStatement _change = database.Prepare("UPDATE rollups SET totals = ?1 WHERE id = ?2");
    readonly SqliteStatement _addRow = database.Prepare("INSERT INTO added_sums (sums) VALUES (?1)");
    readonly SqliteStatement _rows = database.Prepare("SELECT sums FROM added_sums");
    readonly SqliteStatement _size = database.Prepare("SELECT count(*), total(length(sums)) FROM added_sums");
    readonly SqliteStatement _deleteRows = database.Prepare("DELETE FROM added_sums");

    /// <summary>What the running transaction adds.</summary>
    readonly Dictionary<(long Series, long Minute), UsageTotals> _added = [];
    readonly Stack<UsageTotals> _spare = [];
    readonly PackedWriter _row = new();
    readonly PackedWriter _totals = new();

    /// <summary>The rows of added_sums and their bytes; null where they are to be asked for.</summary>
    (long Rows, long Bytes)? _waiting;

    /// <summary>Adds a record to its sums.</summary>
    public void Add(UsageRecord record, long series)
    {
        ref var added = ref CollectionsMarshal.GetValueRefOrAddDefault(_added, (series, RollUpStep.Minute.Floor(record.StartedAtTicks)), out _);
        added ??= _spare.TryPop(out var spare) ? spare : new UsageTotals();
        added.Add(record);
    }

    /// <summary>Writes what was added.</summary>
    public void Write(in RollUpFloors floors)
    {
        if (_added.Count == 0)
            return;
        _row.Clear();
        foreach (var ((series, minute), totals) in _added)
        {
            _totals.Clear();
            totals.Write(_totals);
            new AddedSum(series, minute, _totals.Written).Write(_row);
            if (_spare.Count < MostSpare)
            {
                totals.Clear();
                _spare.Push(totals);
            }
        }
        _added.Clear();
        var (rows, bytes) = _waiting ?? Waiting();
        if (rows + 1 >= MostRows || bytes + _row.Written.Length >= MostBytes)
        {
            Settle(floors, _row.Written);
            return;
        }
        _addRow.Bind(1, _row.Written);
        _addRow.Run();
        _waiting = (rows + 1, bytes + _row.Written.Length);
    }

    /// <summary>Adds what waits to the sums that retention still keeps.</summary>
    /// <param name="floors">From when on it keeps them.</param>
    /// <param name="last">A row that was not written yet.</param>
    public void Settle(in RollUpFloors floors, ReadOnlySpan<byte> last = default)
    {
        var sums = new Dictionary<(RollUpStep Step, long Bucket, long Series), UsageTotals>();
        MergeRow(sums, last);
        if ((_waiting ?? Waiting()).Rows > 0)
        {
            while (_rows.Step())
                MergeRow(sums, _rows.Bytes(0));
            _deleteRows.Run();
        }
        _waiting = (0, 0);
        foreach (var ((_, minute, series), totals) in sums.ToArray())
        {
            _totals.Clear();
            totals.Write(_totals);
            Merge(sums, (RollUpStep.Hour, RollUpStep.Hour.Floor(minute), series), _totals.Written);
            Merge(sums, (RollUpStep.Day, RollUpStep.Day.Floor(minute), series), _totals.Written);
        }
        foreach (var (key, totals) in sums)
        {
            if (key.Bucket >= floors[key.Step])
                AddTo(key, totals);
        }
    }

    /// <summary>Takes out of what waits what belongs to a range of time, in ticks, whose sums are made anew. What cannot be read goes, too: it is made anew with the sums of its days.</summary>
    public void TakeOut(long from, long to)
    {
        _row.Clear();
        while (_rows.Step())
        {
            try
            {
                for (var left = new PackedReader(_rows.Bytes(0)); !left.IsAtEnd;)
                {
                    var added = AddedSum.Read(ref left);
                    if (added.Minute < from || added.Minute >= to)
                        added.Write(_row);
                }
            }
            catch (InvalidDataException)
            {
                // on with the next row
            }
        }
        _deleteRows.Run();
        _waiting = null;
        if (_row.Written.IsEmpty)
            return;
        _addRow.Bind(1, _row.Written);
        _addRow.Run();
    }

    /// <summary>Writes a sum where there is none.</summary>
    public void PutUnlessThere(RollUpStep step, long bucket, long series, ReadOnlySpan<byte> totals)
    {
        var key = (step, bucket, series);
        Bind(_find, key);
        var isThere = _find.Step();
        _find.Reset();
        if (!isThere)
            Insert(key, totals);
    }

    /// <summary>The transaction was taken back.</summary>
    public void Forget()
    {
        _added.Clear();
        _waiting = null;
    }

    static void MergeRow(Dictionary<(RollUpStep Step, long Bucket, long Series), UsageTotals> sums, ReadOnlySpan<byte> row)
    {
        for (var left = new PackedReader(row); !left.IsAtEnd;)
        {
            var added = AddedSum.Read(ref left);
            Merge(sums, (RollUpStep.Minute, added.Minute, added.Series), added.Totals);
        }
    }

    static void Merge(Dictionary<(RollUpStep Step, long Bucket, long Series), UsageTotals> sums, (RollUpStep Step, long Bucket, long Series) key, ReadOnlySpan<byte> totals)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _);
        sum ??= new UsageTotals();
        sum.Merge(totals, withSketches: true);
    }

    void AddTo((RollUpStep Step, long Bucket, long Series) key, UsageTotals totals)
    {
        Bind(_find, key);
        var id = 0L;
        if (_find.Step())
        {
            id = _find.Long(0);
            totals.Merge(_find.Bytes(1), withSketches: true);
        }
        _find.Reset();
        _totals.Clear();
        totals.Write(_totals);
        if (id == 0)
        {
            Insert(key, _totals.Written);
            return;
        }
        _change.Bind(1, _totals.Written);
        _change.Bind(2, id);
        _change.Run();
    }

    void Insert((RollUpStep Step, long Bucket, long Series) key, ReadOnlySpan<byte> totals)
    {
        Bind(_add, key);
        _add.Bind(4, totals);
        _add.Run();
    }

    (long Rows, long Bytes) Waiting()
    {
        _size.Step();
        var size = (_size.Long(0), _size.Long(1));
        _size.Reset();
        return size;
    }

    static void Bind(SqliteStatement statement, (RollUpStep Step, long Bucket, long Series) key)
    {
        statement.Bind(1, (long)key.Step);
        statement.Bind(2, SqliteWriter.UnixSeconds(key.Bucket));
        statement.Bind(3, key.Series);
    }
}
