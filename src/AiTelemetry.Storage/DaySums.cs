using System.Globalization;
using System.Runtime.InteropServices;

namespace AiTelemetry.Storage;

/// <summary>The sums of rows, by step, bucket and series; to be compared with those a ledger keeps, or to be put in their place.</summary>
internal sealed class DaySums
{
    readonly Dictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> _sums = [];

    public IReadOnlyDictionary<(RollUpStep Step, long Bucket, UsageSeries Series), UsageTotals> All => _sums;

    public long Rows { get; private set; }

    public void Add(UsageRecord record)
    {
        Rows++;
        var series = UsageSeries.Of(record);
        var cost = Money.Of(record.Cost.Usd ?? 0);
        var savings = Money.Of(record.Cost.CacheSavingsUsd);
        foreach (var step in RollUpSteps.Sums)
        {
            ref var totals = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (step, step.Floor(record.StartedAtTicks), series), out _);
            (totals ??= new UsageTotals()).Add(record, cost, savings);
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
