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

    readonly SqliteStatement _find = database.Prepare("SELECT id, totals FROM rollups WHERE step = ?1 AND bucket = ?2 AND series = ?3");
    readonly SqliteStatement _add = database.Prepare("INSERT INTO rollups (step, bucket, series, totals) VALUES (?1, ?2, ?3, ?4)");
    readonly SqliteStatement _change = database.Prepare("UPDATE rollups SET totals = ?1 WHERE id = ?2");
    readonly Dictionary<(RollUpStep Step, long Bucket, long Series), Kept> _kept = [];

    /// <summary>The sums that a series was last added to, by step: those the next record of it is mostly added to.</summary>
    readonly Dictionary<long, Kept?[]> _latest = [];
    readonly List<((RollUpStep Step, long Bucket, long Series) Key, Kept Sum)> _changed = [];
    readonly PackedWriter _packed = new();

    /// <summary>Adds a record to its sums, those that retention still keeps.</summary>
    public void Add(UsageRecord record, long series, in RollUpFloors floors)
    {
        var cost = Money.Of(record.Cost.Usd ?? 0);
        var savings = Money.Of(record.Cost.CacheSavingsUsd);
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, series, out _);
        latest ??= new Kept?[RollUpSteps.Sums.Length];
        for (var i = 0; i < latest.Length; i++)
        {
            var step = RollUpSteps.Sums[i];
            var bucket = step.Floor(record.StartedAtTicks);
            if (bucket < floors[step])
                continue;
            if (latest[i] is not { } sum || sum.Bucket != bucket)
                latest[i] = sum = Of((step, bucket, series));
            if (!sum.IsChanged)
            {
                sum.IsChanged = true;
                _changed.Add(((step, bucket, series), sum));
            }
            sum.Totals.Add(record, cost, savings);
        }
    }

    /// <summary>Writes what has changed.</summary>
    public void Write()
    {
        foreach (var (key, sum) in _changed)
        {
            _packed.Clear();
            sum.Totals.Write(_packed);
            if (sum.Id == 0)
                sum.Id = Add(key, _packed.Written);
            else
                Change(sum.Id, _packed.Written);
            sum.IsChanged = false;
        }
        _changed.Clear();
        if (_kept.Count > Most)
            Forget();
    }

    /// <summary>Writes a sum of another ledger, where there is none.</summary>
    public void PutUnlessThere(RollUp sum, long series)
    {
        var key = (sum.Step, sum.Bucket, series);
        Bind(_find, key);
        var isThere = _find.Step();
        _find.Reset();
        if (!isThere)
            Add(key, sum.Totals);
    }

    public void Forget()
    {
        _kept.Clear();
        _latest.Clear();
        _changed.Clear();
    }

    Kept Of((RollUpStep Step, long Bucket, long Series) key)
    {
        ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(_kept, key, out _);
        return kept ??= Find(key);
    }

    Kept Find((RollUpStep Step, long Bucket, long Series) key)
    {
        var sum = new Kept(key.Bucket);
        Bind(_find, key);
        if (_find.Step())
        {
            sum.Id = _find.Long(0);
            sum.Totals.Merge(_find.Bytes(1), withSketches: true);
        }
        _find.Reset();
        return sum;
    }

    long Add((RollUpStep Step, long Bucket, long Series) key, ReadOnlySpan<byte> totals)
    {
        Bind(_add, key);
        _add.Bind(4, totals);
        _add.Run();
        return database.LastId;
    }

    void Change(long id, ReadOnlySpan<byte> totals)
    {
        _change.Bind(1, totals);
        _change.Bind(2, id);
        _change.Run();
    }

    static void Bind(SqliteStatement statement, (RollUpStep Step, long Bucket, long Series) key)
    {
        statement.Bind(1, (long)key.Step);
        statement.Bind(2, SqliteWriter.UnixSeconds(key.Bucket));
        statement.Bind(3, key.Series);
    }

    /// <summary>A sum as it is in the file, with what this transaction adds to it.</summary>
    sealed class Kept(long bucket)
    {
        public long Bucket => bucket;

        /// <summary>Its number in the file; 0 where it is not there yet.</summary>
        public long Id { get; set; }

        public UsageTotals Totals { get; } = new();

        public bool IsChanged { get; set; }
    }
}
