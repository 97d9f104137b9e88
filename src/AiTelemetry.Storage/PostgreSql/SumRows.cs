namespace AiTelemetry.Storage.PostgreSql;

/// <summary>Sums on their way into rows of <c>aitelemetry.rollups</c>, and what stood there before.</summary>
internal sealed class SumRows
{
    readonly UsageTotals[] _totals;
    readonly List<(int Place, byte[] Totals)> _kept = [];

    /// <summary>Those above the floors of their steps; others are not kept.</summary>
    public SumRows(IReadOnlyDictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> sums, SeriesNumbers numbers, RollUpFloors floors)
    {
        var kept = sums.Where(sum => sum.Key.Bucket >= floors[sum.Key.Step]).ToArray();
        Steps = Array.ConvertAll(kept, static sum => (short)sum.Key.Step);
        Buckets = Array.ConvertAll(kept, static sum => PostgreSqlColumns.UnixSeconds(sum.Key.Bucket));
        Series = Array.ConvertAll(kept, sum => numbers[sum.Key.Series]);
        _totals = Array.ConvertAll(kept, static sum => sum.Value);
    }

    public short[] Steps { get; }

    public long[] Buckets { get; }

    public int[] Series { get; }

    /// <summary>Takes what stands in a row, to be added.</summary>
    public void Keep(int place, byte[] totals) => _kept.Add((place, totals));

    /// <summary>What is to stand in the rows. To be asked once.</summary>
    public byte[][] Packed()
    {
        foreach (var (place, totals) in _kept)
            _totals[place].Merge(totals, withSketches: true);
        var writer = new PackedWriter();
        return Array.ConvertAll(_totals, totals =>
        {
            writer.Clear();
            totals.Write(writer);
            return writer.Written.ToArray();
        });
    }
}
