using System.Runtime.InteropServices;

namespace AiTelemetry.Usage;

/// <summary>A ledger in the memory of the process: for tests, demonstrations and as the measure of the others. Bounded by retention, durable while the process lives.</summary>
internal sealed class InMemoryUsageLedger(UsageLedgerOptions options, TimeProvider time) : UsageLedger(options, time)
{
    readonly Lock _lock = new();
    readonly SortedDictionary<(long StartedAt, Guid Id), UsageRecord> _rows = new(Comparer<(long StartedAt, Guid Id)>.Create(static (a, b) =>
        a.StartedAt != b.StartedAt ? a.StartedAt.CompareTo(b.StartedAt) : a.Id.CompareTo(b.Id)));
    readonly HashSet<Guid> _ids = [];
    readonly Dictionary<UInt128, (CallIdentity.Seen Seen, long Last)> _calls = [];
    readonly Dictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> _sums = [];
    RollUpFloors _floors;
    long _keysFrom;

    public override ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    internal override ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var key in _sums.Keys.Where(key => key.Bucket >= _floors.Rows).ToArray())
                _sums.Remove(key);
            foreach (var record in _rows.Values)
                Sum(record, _floors.Rows);
        }
        return ValueTask.CompletedTask;
    }

    internal override ValueTask<long> KeysFromAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult(_keysFrom);
    }

    internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_rows.Count == 0)
                return ValueTask.FromResult(false);
            var clock = Now.UtcTicks;
            var now = RollUpFloors.TrustedTime(clock, [.. _sums.Keys.Where(key => key.Step == RollUpStep.Day && key.Bucket <= clock).Select(static key => key.Bucket).Distinct().OrderDescending().Take(RollUpFloors.NewestDays)]);
            _floors = _floors.Raised(Options, now, (step, before) => step == RollUpStep.Rows ? _rows.Keys.Any(key => key.StartedAt < before) : _sums.Keys.Any(key => key.Step == step && key.Bucket < before));
            foreach (var key in _rows.Keys.TakeWhile(key => key.StartedAt < _floors.Rows).ToArray())
                _rows.Remove(key);
            foreach (var key in _sums.Keys.Where(key => key.Bucket < _floors[key.Step]).ToArray())
                _sums.Remove(key);
            var keysFrom = now - Options.KeyRetention.Ticks;
            if (_ids.RemoveWhere(id => RecordRules.TicksOf(id) < keysFrom) > 0)
                _keysFrom = Math.Max(_keysFrom, keysFrom);
            foreach (var key in _calls.Where(call => call.Value.Last < keysFrom).Select(static call => call.Key).ToArray())
                _calls.Remove(key);
        }
        return ValueTask.FromResult(false);
    }

    internal override ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult<IReadOnlyList<UsageRecord>>([.. _rows.Values.Where(record => record.StartedAt >= from && record.StartedAt < to)]);
    }

    internal override ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<RollUp>>([.. _sums.OrderBy(static sum => sum.Key.Step).ThenBy(static sum => sum.Key.Bucket)
                .ThenBy(static sum => sum.Key.Series, UsageSeries.Order).Select(static sum => new RollUp(sum.Key.Step, sum.Key.Bucket, sum.Key.Series, Packed(sum.Value)))]);
        }
    }

    private protected override ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            for (var i = 0; i < statuses.Length; i++)
            {
                if (statuses[i] == AppendStatus.Refused)
                    continue;
                if (_floors.KeepNothingOf(records[i].StartedAtTicks))
                {
                    statuses[i] = AppendStatus.Refused;
                    continue;
                }
                statuses[i] = IsNew(records[i]) ? AppendStatus.Added : AppendStatus.Known;
                if (statuses[i] == AppendStatus.Known)
                    continue;
                if (records[i].StartedAtTicks >= _floors.Rows)
                    _rows.Add((records[i].StartedAtTicks, records[i].Id), records[i]);
                Sum(records[i], 0);
            }
        }
        return ValueTask.CompletedTask;
    }

    private protected override ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var piece in QueryPlan.Of(query, _floors).Pieces)
            {
                if (piece.Step == RollUpStep.Rows)
                {
                    foreach (var record in _rows.Values.Where(record => record.StartedAtTicks >= piece.From && record.StartedAtTicks < piece.To))
                        answer.Add(record);
                    continue;
                }
                foreach (var (key, totals) in _sums)
                {
                    if (key.Step == piece.Step && key.Bucket >= piece.From && key.Bucket < piece.To)
                        answer.Add(answer.GroupOf(key.Series), key.Bucket, Packed(totals));
                }
            }
        }
        return ValueTask.CompletedTask;
    }

    bool IsNew(UsageRecord record)
    {
        if (!_ids.Add(record.Id))
            return false;
        Span<byte> key = stackalloc byte[CallIdentity.KeyBytes];
        if (!CallIdentity.TryWriteKey(record, key))
            return true;
        ref var call = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, MemoryMarshal.Read<UInt128>(key), out _);
        var isKnown = CallIdentity.IsKnownCall(record.Source, call.Seen);
        var byHandler = record.Source == UsageSource.Handler;
        call = (new CallIdentity.Seen(call.Seen.ByHandler || byHandler, call.Seen.CountedElsewhere || (!byHandler && !isKnown)), Math.Max(call.Last, RecordRules.TicksOf(record.Id)));
        return !isKnown;
    }

    void Sum(UsageRecord record, long from)
    {
        foreach (var step in RollUpSteps.Sums)
        {
            var bucket = step.Floor(record.StartedAtTicks);
            if (bucket < _floors[step] || bucket < from)
                continue;
            ref var totals = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (step, bucket, UsageSeries.Of(record)), out _);
            (totals ??= new UsageTotals()).Add(record);
        }
    }

    static byte[] Packed(UsageTotals totals)
    {
        var writer = new PackedWriter();
        totals.Write(writer);
        return writer.Written.ToArray();
    }
}
