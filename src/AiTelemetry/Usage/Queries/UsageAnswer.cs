using System.Globalization;
using System.Runtime.InteropServices;

namespace AiTelemetry.Usage;

/// <summary>Puts an answer together from the pieces a ledger reads for it.</summary>
internal sealed class UsageAnswer
{
    readonly UsageQuery _query;
    readonly bool _withSketches;
    readonly bool _perCall;
    readonly Dictionary<Group, int> _groups = [];
    readonly List<Group> _names = [];
    readonly Dictionary<(long Bucket, int Group), UsageTotals> _sums = [];

    public UsageAnswer(UsageQuery query)
    {
        _query = query;
        foreach (var measure in query.Measures)
            _withSketches |= measure >= UsageMeasure.P50Seconds;
        foreach (var dimension in query.GroupBy)
            _perCall |= dimension > UsageDimension.Feature;
        foreach (var filter in query.Filters)
            _perCall |= filter.Dimension > UsageDimension.Feature;
    }

    /// <summary>The group of a series, to be asked once for each; -1 where the filters leave it out.</summary>
    public int GroupOf(in UsageSeries series)
    {
        foreach (var filter in _query.Filters)
        {
            if (!filter.Keeps(series[filter.Dimension]))
                return -1;
        }
        var values = new string?[_query.GroupBy.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = series[_query.GroupBy[i]];
        return Numbered(values);
    }

    /// <summary>Adds one roll-up.</summary>
    public void Add(int group, long bucket, ReadOnlySpan<byte> totals)
    {
        if (group >= 0)
            SumOf(bucket, group).Merge(totals, _withSketches);
    }

    /// <summary>Adds one row.</summary>
    public void Add(UsageRecord record)
    {
        var series = UsageSeries.Of(record);
        var group = _perCall ? GroupOf(series, record) : GroupOf(series);
        if (group >= 0)
            SumOf(record.StartedAtTicks, group).Add(record);
    }

    /// <summary>The rows, by bucket, then by group.</summary>
    public IReadOnlyList<UsageRow> Rows()
    {
        if (_sums.Count == 0 && _query.GroupBy.Count == 0 && _query.Bucket is null)
            SumOf(_query.From.UtcTicks, Numbered([]));
        return [.. _sums.OrderBy(static sum => sum.Key.Bucket).ThenBy(sum => _names[sum.Key.Group], Comparer<Group>.Create(Group.Compare)).Select(sum => Row(sum.Key.Bucket, _names[sum.Key.Group], sum.Value))];
    }

    UsageRow Row(long bucket, Group group, UsageTotals totals)
    {
        var end = _query.Bucket is { } length ? bucket + length.Ticks : _query.To.UtcTicks;
        return new UsageRow(new DateTimeOffset(Math.Max(bucket, _query.From.UtcTicks), TimeSpan.Zero), new DateTimeOffset(Math.Min(end, _query.To.UtcTicks), TimeSpan.Zero),
            group.Values, totals, _query.Measures);
    }

    int GroupOf(in UsageSeries series, UsageRecord record)
    {
        foreach (var filter in _query.Filters)
        {
            if (!filter.Keeps(Value(series, record, filter.Dimension)))
                return -1;
        }
        var values = new string?[_query.GroupBy.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Value(series, record, _query.GroupBy[i]);
        return Numbered(values);
    }

    static string? Value(in UsageSeries series, UsageRecord record, UsageDimension dimension) => dimension switch
    {
        UsageDimension.User => record.Dimension(UsageSeries.UserPlace),
        UsageDimension.Session => record.Dimension(UsageSeries.SessionPlace),
        _ => series[dimension],
    };

    int Numbered(string?[] values)
    {
        var group = new Group(values);
        if (_groups.TryGetValue(group, out var number))
            return number;
        _names.Add(group);
        return _groups[group] = _names.Count - 1;
    }

    UsageTotals SumOf(long ticks, int group)
    {
        var bucket = _query.Bucket is { } length ? ticks - ((ticks - DateTime.UnixEpoch.Ticks) % length.Ticks) : _query.From.UtcTicks;
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (bucket, group), out _);
        if (sum is null && _sums.Count > UsageQuery.MostRows)
            throw new UsageLedgerException(string.Create(CultureInfo.InvariantCulture, $"The answer would have more than {UsageQuery.MostRows} rows. Ask for a longer bucket, a shorter range or fewer groups."));
        return sum ??= new UsageTotals();
    }

    /// <summary>The values of a group, compared as such.</summary>
    readonly struct Group(string?[] values) : IEquatable<Group>
    {
        public string?[] Values { get; } = values;

        public bool Equals(Group other) => Values.AsSpan().SequenceEqual(other.Values);

        public override bool Equals(object? obj) => obj is Group other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var value in Values)
                hash.Add(value, StringComparer.Ordinal);
            return hash.ToHashCode();
        }

        public static int Compare(Group one, Group other)
        {
            for (var i = 0; i < one.Values.Length; i++)
            {
                var order = string.CompareOrdinal(one.Values[i], other.Values[i]);
                if (order != 0)
                    return order;
            }
            return 0;
        }
    }
}
