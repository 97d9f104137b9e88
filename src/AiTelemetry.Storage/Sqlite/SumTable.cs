using System.Runtime.InteropServices;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>The sums by minute, hour and day, those written last kept in memory; for the connection that writes.</summary>
/// <remarks>
/// Those of the running hour and day change with every commit and are long, so that reading them anew each time would cost as much as writing them.
/// To be forgotten when a transaction is taken back: what it added is in them.
/// </remarks>
internal sealed class SumTable(SqliteDatabase database)
{
    /// <summary>How many are kept, each of some KB at most.</summary>
    const int Most = 512;

    readonly SqliteStatement _find = database.Prepare("SELECT totals FROM rollups WHERE step = ?1 AND bucket = ?2 AND series = ?3");
    readonly SqliteStatement _put = database.Prepare("INSERT OR REPLACE INTO rollups (step, bucket, series, totals) VALUES (?1, ?2, ?3, ?4)");
    readonly Dictionary<(RollUpStep Step, long Bucket, long Series), Kept> _kept = [];
    readonly List<((RollUpStep Step, long Bucket, long Series) Key, Kept Sum)> _changed = [];
    readonly PackedWriter _packed = new();

    /// <summary>Adds a record to its sums, those that retention still keeps.</summary>
    public void Add(UsageRecord record, long series, in RollUpFloors floors)
    {
        foreach (var step in RollUpSteps.Sums)
        {
            var bucket = step.Floor(record.StartedAtTicks);
            if (bucket < floors[step])
                continue;
            var key = (step, bucket, series);
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_kept, key, out _);
            sum ??= Find(key);
            if (!sum.IsChanged)
            {
                sum.IsChanged = true;
                _changed.Add((key, sum));
            }
            sum.Totals.Add(record);
        }
    }

    /// <summary>Writes what has changed.</summary>
    public void Write()
    {
        foreach (var (key, sum) in _changed)
        {
            _packed.Clear();
            sum.Totals.Write(_packed);
            Put(key, _packed.Written);
            sum.IsChanged = false;
        }
        _changed.Clear();
        if (_kept.Count > Most)
            _kept.Clear();
    }

    /// <summary>Writes a sum of another ledger, where there is none.</summary>
    public void PutUnlessThere(RollUp sum, long series)
    {
        var key = (sum.Step, sum.Bucket, series);
        Bind(_find, key);
        var isThere = _find.Step();
        _find.Reset();
        if (!isThere)
            Put(key, sum.Totals);
    }

    public void Forget()
    {
        _kept.Clear();
        _changed.Clear();
    }

    Kept Find((RollUpStep Step, long Bucket, long Series) key)
    {
        var sum = new Kept();
        Bind(_find, key);
        if (_find.Step())
            sum.Totals.Merge(_find.Bytes(0), withSketches: true);
        _find.Reset();
        return sum;
    }

    void Put((RollUpStep Step, long Bucket, long Series) key, ReadOnlySpan<byte> totals)
    {
        Bind(_put, key);
        _put.Bind(4, totals);
        _put.Run();
    }

    static void Bind(SqliteStatement statement, (RollUpStep Step, long Bucket, long Series) key)
    {
        statement.Bind(1, (long)key.Step);
        statement.Bind(2, SqliteWriter.UnixSeconds(key.Bucket));
        statement.Bind(3, key.Series);
    }

    /// <summary>A sum as it is in the file, with what this transaction adds to it.</summary>
    sealed class Kept
    {
        public UsageTotals Totals { get; } = new();

        public bool IsChanged { get; set; }
    }
}
