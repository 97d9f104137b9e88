using System.Globalization;
using System.Runtime.InteropServices;

namespace AiTelemetry.Storage;

/// <summary>The sums of rows, by step, bucket and series; to be compared with those a ledger keeps, or to be put in their place.</summary>
internal sealed class DaySums
{
    readonly Dictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> _sums = [];

    /// <summary>What a series was last added to, by step: what its next record is mostly added to.</summary>
    readonly Dictionary<UsageSeries, (long Bucket, UsageTotals? Totals)[]> _latest = [];

    public IReadOnlyDictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> All => _sums;

    public long Rows { get; private set; }

    public void Add(UsageRecord record) => Add(record, UsageSeries.Of(record));

    /// <summary>The same where its series is known already.</summary>
    public void Add(UsageRecord record, in UsageSeries series)
    {
        Rows++;
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, series, out _);
        latest ??= new (long Bucket, UsageTotals? Totals)[RollUpSteps.Sums.Length];
        var cost = Money.Of(record.Cost.Usd ?? 0);
        var savings = Money.Of(record.Cost.CacheSavingsUsd);
        for (var i = 0; i < latest.Length; i++)
        {
            var step = RollUpSteps.Sums[i];
            var bucket = step.Floor(record.StartedAtTicks);
            if (latest[i].Totals is null || latest[i].Bucket != bucket)
            {
                ref var totals = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (step, bucket, series), out _);
                latest[i] = (bucket, totals ??= new UsageTotals());
            }
            latest[i].Totals!.Add(record, cost, savings);
        }
    }

    /// <summary>How the sums that are kept of a day differ; null where they do not.</summary>
    public string? Difference(long day, IEnumerable<RollUp> kept, RollUpFloors floors)
    {
        var writer = new PackedWriter();
        var left = _sums.Keys.Where(key => key.Bucket >= floors[key.Step]).ToHashSet();
        var wrong = 0;
        foreach (var sum in kept)
        {
            var key = (sum.Step, sum.Bucket, sum.Series);
            writer.Clear();
            if (_sums.TryGetValue(key, out var totals))
                totals.Write(writer);
            if (!left.Remove(key) || !writer.Written.SequenceEqual(sum.Totals))
                wrong++;
        }
        return wrong + left.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{new DateTime(day, DateTimeKind.Utc):yyyy-MM-dd}: {wrong + left.Count} sums are not those of the {Rows} rows. Run 'aitel ledger rebuild'.");
    }
}
