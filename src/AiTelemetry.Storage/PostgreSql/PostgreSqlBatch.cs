namespace AiTelemetry.Storage.PostgreSql;

/// <summary>The records of one append on their way into one transaction, which may be tried several times.</summary>
internal sealed class PostgreSqlBatch
{
    const short ByHandler = 1;
    const short Counted = 2;

    readonly IReadOnlyList<UsageRecord> _records;
    readonly AppendStatus[] _statuses;
    readonly List<int> _firsts = [];
    readonly Guid[] _ids;
    readonly byte[]?[] _callKeys;
    readonly short[] _doors;
    readonly UsageSeries[] _series;
    readonly bool _asksForCalls;
    readonly HashSet<int> _counted = [];

    public PostgreSqlBatch(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, bool asksForCalls = true)
    {
        _asksForCalls = asksForCalls;
        _records = records;
        _statuses = statuses;
        var ids = new HashSet<Guid>();
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i] != AppendStatus.Refused && ids.Add(records[i].Id))
                _firsts.Add(i);
        }
        _ids = [.. _firsts.Select(place => records[place].Id)];
        _callKeys = [.. _firsts.Select(place => KeyOf(records[place]))];
        _doors = [.. _firsts.Select(place => (short)((records[place].Source == UsageSource.Handler ? ByHandler : 0) | Counted))];
        _series = new UsageSeries[statuses.Length];
        var series = new HashSet<UsageSeries>();
        foreach (var place in _firsts)
            series.Add(_series[place] = UsageSeries.Of(records[place]));
        Series = series;
    }

    public IReadOnlyCollection<UsageSeries> Series { get; }

    /// <summary>The batch without what is older than all that is kept, which is refused.</summary>
    public PostgreSqlBatch Without(RollUpFloors floors)
    {
        if (!_firsts.Exists(place => floors.KeepNothingOf(_records[place].StartedAtTicks)))
            return this;
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (floors.KeepNothingOf(_records[i].StartedAtTicks))
                _statuses[i] = AppendStatus.Refused;
        }
        return new PostgreSqlBatch(_records, _statuses, _asksForCalls);
    }

    public async Task WriteAsync(LedgerTransaction transaction, SeriesNumbers numbers)
    {
        _counted.Clear();
        var hasOthers = _firsts.Exists(place => _records[place].Source != UsageSource.Handler);
        if (hasOthers && !transaction.OtherDoors)
            await transaction.ExpectOtherDoorsAsync().ConfigureAwait(false);
        var seen = transaction.OtherDoors ? await transaction.SeenAsync([.. _callKeys.OfType<byte[]>()]).ConfigureAwait(false) : [];
        var adding = transaction.AddKeysAsync(_ids, _callKeys, _doors);
        var sums = SumsOf(_firsts); // while the server is busy with the keys
        var known = await adding.ConfigureAwait(false);
        var uncounted = new List<Guid>();
        for (var i = 0; i < _firsts.Count; i++)
        {
            if (known.Contains(_ids[i]))
                continue;
            if (_asksForCalls && transaction.OtherDoors && _callKeys[i] is { } key && IsKnown(seen, Convert.ToHexString(key), _records[_firsts[i]].Source))
                uncounted.Add(_ids[i]);
            else
                _counted.Add(_firsts[i]);
        }
        if (uncounted.Count > 0)
            await transaction.UncountAsync([.. uncounted]).ConfigureAwait(false);
        if (_counted.Count == 0)
            return;
        if (_counted.Count < _firsts.Count)
            sums = SumsOf(_counted);
        await transaction.AddRowsAsync(_firsts.Where(place => _counted.Contains(place) && _records[place].StartedAtTicks >= transaction.Floors.Rows)
            .Select(place => (_records[place], numbers[_series[place]]))).ConfigureAwait(false);
        await transaction.WriteSumsAsync(sums.All, numbers, isWhole: false).ConfigureAwait(false);
    }

    /// <summary>Says of each what became of it, now that it is durable.</summary>
    public void Settle()
    {
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (_statuses[i] != AppendStatus.Refused)
                _statuses[i] = _counted.Contains(i) ? AppendStatus.Added : AppendStatus.Known;
        }
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

    static byte[]? KeyOf(UsageRecord record)
    {
        var key = new byte[CallIdentity.KeyBytes];
        return CallIdentity.TryWriteKey(record, key) ? key : null;
    }
}
