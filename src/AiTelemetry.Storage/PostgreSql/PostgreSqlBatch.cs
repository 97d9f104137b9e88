using Npgsql;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>The records of one append on their way into one transaction, which may be tried several times.</summary>
internal sealed class PostgreSqlBatch
{
    const int ByHandler = 1;
    const int Counted = 2;

    readonly IReadOnlyList<UsageRecord> _records;
    readonly AppendStatus[] _statuses;
    readonly List<int> _firsts = [];
    readonly UsageSeries[] _series;
    readonly bool _asksForCalls;
    readonly bool[] _counted;
    RecordKey[] _keys = [];

    public PostgreSqlBatch(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, bool asksForCalls = true)
    {
        _asksForCalls = asksForCalls;
        _records = records;
        _statuses = statuses;
        _series = new UsageSeries[statuses.Length];
        _counted = new bool[statuses.Length];
        var ids = new HashSet<Guid>(statuses.Length);
        var series = new HashSet<UsageSeries>();
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i] == AppendStatus.Refused || !ids.Add(records[i].Id))
                continue;
            _firsts.Add(i);
            series.Add(_series[i] = UsageSeries.Of(records[i]));
        }
        Series = series;
    }

    public IReadOnlyCollection<UsageSeries> Series { get; }

    /// <summary>Writes them in one transaction. What the server has to wait for is asked for first, and what can be made here is made while it is busy.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, SeriesNumbers numbers)
    {
        var sums = new SumRows(SumsOf(_firsts).All, numbers, default);
        var beginning = LedgerTransaction.BeginAsync(connection, sums);
        var rows = new CopyText();
        LedgerTransaction transaction;
        try
        {
            Write(rows, _firsts, numbers);
            if (_keys.Length == 0)
                _keys = [.. _firsts.Select(place => KeyOf(_records[place]))];
        }
        finally
        {
            transaction = await beginning.ConfigureAwait(false);
        }
        await using (transaction.ConfigureAwait(false))
        using (rows)
        {
            RefuseBefore(transaction.Floors);
            var keys = await NewKeysAsync(transaction).ConfigureAwait(false);
            if (keys.Length == 0)
                return;
            var counted = _firsts.FindAll(place => _counted[place]);
            if (counted.Count < _firsts.Count || counted.Exists(place => _records[place].StartedAtTicks < transaction.Floors.Rows))
            {
                sums = new SumRows(SumsOf(counted).All, numbers, transaction.Floors);
                await transaction.ReadSumsAsync(sums).ConfigureAwait(false);
                rows.Clear();
                Write(rows, counted.Where(place => _records[place].StartedAtTicks >= transaction.Floors.Rows), numbers);
            }
            var adding = transaction.AddRowsAsync(rows);
            byte[][] totals;
            try
            {
                totals = sums.Packed();
            }
            finally
            {
                await adding.ConfigureAwait(false); // sums that cannot be read must not end what is under way
            }
            await transaction.CommitAsync(keys, sums, totals).ConfigureAwait(false);
        }
    }

    /// <summary>Says of each what became of it, now that it is durable.</summary>
    public void Settle()
    {
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (_statuses[i] != AppendStatus.Refused)
                _statuses[i] = _counted[i] ? AppendStatus.Added : AppendStatus.Known;
        }
    }

    /// <summary>The keys that were not there, and of which records are counted: those that have one and whose call is not known by another.</summary>
    async Task<RecordKey[]> NewKeysAsync(LedgerTransaction transaction)
    {
        Array.Clear(_counted);
        var known = await transaction.KnownAsync(_keys).ConfigureAwait(false);
        if (known.Count == _keys.Length)
            return [];
        if (!transaction.OtherDoors && _firsts.Exists(place => _records[place].Source != UsageSource.Handler))
            await transaction.ExpectOtherDoorsAsync().ConfigureAwait(false);
        var seen = transaction.OtherDoors ? await transaction.SeenAsync([.. _keys.Select(static key => key.CallKey).OfType<byte[]>()]).ConfigureAwait(false) : [];
        var keys = new List<RecordKey>(_keys.Length);
        for (var i = 0; i < _keys.Length; i++)
        {
            var key = _keys[i];
            if (known.Contains(key.Id) || _statuses[_firsts[i]] == AppendStatus.Refused)
                continue;
            if (_asksForCalls && transaction.OtherDoors && key.CallKey is { } call && IsKnown(seen, Convert.ToHexString(call), _records[_firsts[i]].Source))
                key = key with { Door = key.Door & ~Counted };
            else
                _counted[_firsts[i]] = true;
            keys.Add(key);
        }
        return [.. keys];
    }

    /// <summary>What is older than all that is kept is refused.</summary>
    void RefuseBefore(RollUpFloors floors)
    {
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (floors.KeepNothingOf(_records[i].StartedAtTicks))
                _statuses[i] = AppendStatus.Refused;
        }
    }

    void Write(CopyText rows, IEnumerable<int> places, SeriesNumbers numbers)
    {
        foreach (var place in places)
            PostgreSqlColumns.Write(rows, _records[place], numbers[_series[place]]);
    }

    DaySums SumsOf(IEnumerable<int> places)
    {
        var sums = new DaySums();
        foreach (var place in places)
            sums.Add(_records[place], _series[place]);
        return sums;
    }

    static bool IsKnown(Dictionary<string, CallIdentity.Seen> seen, string key, UsageSource source)
    {
        var before = seen.GetValueOrDefault(key);
        var isKnown = CallIdentity.IsKnownCall(source, before);
        var byHandler = source == UsageSource.Handler;
        seen[key] = new CallIdentity.Seen(before.ByHandler || byHandler, before.CountedElsewhere || (!byHandler && !isKnown));
        return isKnown;
    }

    static RecordKey KeyOf(UsageRecord record)
    {
        var key = new byte[CallIdentity.KeyBytes];
        return new RecordKey(record.Id, CallIdentity.TryWriteKey(record, key) ? key : null, (record.Source == UsageSource.Handler ? ByHandler : 0) | Counted);
    }
}
