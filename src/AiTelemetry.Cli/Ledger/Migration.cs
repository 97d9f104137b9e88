using System.Globalization;
using AiTelemetry.Storage;
using AiTelemetry.Usage;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Copies a ledger into another and compares the two.</summary>
/// <remarks>
/// Rows first, then what is left of pruned times, then keys; each of these again does nothing, so that a migration that was stopped is run again from the
/// start. Rows before keys: a key without its row would have the row taken for known.
/// </remarks>
internal static class Migration
{
    const int Together = 1000;
    const int MostKeys = 5000;

    static readonly UsageMeasure[] Compared = [UsageMeasure.Calls, UsageMeasure.FailedCalls, UsageMeasure.InputTokens, UsageMeasure.OutputTokens, UsageMeasure.CostUsd];

    /// <returns>The exit code: 1 where the two differ.</returns>
    public static async Task<int> RunAsync(UsageLedger source, UsageLedger target, TextWriter output, ProgressBar progress, CancellationToken cancellationToken)
    {
        var (from, to) = ((IMovableLedger)source, (IMovableLedger)target);
        var past = await from.PastAsync(cancellationToken).ConfigureAwait(false);
        progress.What = "rows";
        var rows = 0L;
        await RowPages.EachAsync(source, null, null, async page =>
        {
            rows += page.Count;
            foreach (var part in page.Chunk(Together))
                await to.AdoptAsync(part, cancellationToken).ConfigureAwait(false);
        }, progress, cancellationToken).ConfigureAwait(false);
        await to.AdoptAsync(past, cancellationToken).ConfigureAwait(false);
        progress.What = "keys";
        var (keys, firstKey) = (0L, 0L);
        for (var last = Guid.Empty; ;)
        {
            var page = await from.KeysAsync(last, MostKeys, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            await to.AdoptAsync(page, cancellationToken).ConfigureAwait(false);
            firstKey = firstKey == 0 ? RecordRules.TicksOf(page[0].Id) : firstKey;
            keys += page.Count;
            progress.Report((double)(RecordRules.TicksOf(page[^1].Id) - firstKey) / Math.Max(1, source.Now.UtcTicks - firstKey)); // they come in the order of time
            last = page[^1].Id;
        }
        progress.Report(1); // the last key is older than now
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rows} rows, {keys} keys, {past.Sums.Count} older sums copied.")).ConfigureAwait(false);
        return await CompareAsync(source, target, past, output, cancellationToken).ConfigureAwait(false);
    }

    static async Task<int> CompareAsync(UsageLedger source, UsageLedger target, LedgerPast past, TextWriter output, CancellationToken cancellationToken)
    {
        var days = new UsageQuery
        {
            From = past.Floors.Day == 0 ? DateTimeOffset.UnixEpoch : new DateTimeOffset(past.Floors.Day, TimeSpan.Zero),
            To = new DateTimeOffset(DateTime.SpecifyKind(source.Now.UtcDateTime.Date.AddDays(3), DateTimeKind.Utc)),
            Bucket = TimeSpan.FromDays(1),
            Measures = Compared,
        };
        var wanted = (await source.QueryAsync(days, cancellationToken).ConfigureAwait(false)).ToDictionary(static row => row.From);
        var got = (await target.QueryAsync(days, cancellationToken).ConfigureAwait(false)).ToDictionary(static row => row.From);
        var different = 0;
        foreach (var day in wanted.Keys.Union(got.Keys).Order())
        {
            var (one, other) = (Text(wanted.GetValueOrDefault(day)), Text(got.GetValueOrDefault(day)));
            if (one == other)
                continue;
            different++;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} differs: {one} in the source, {other} in the target.")).ConfigureAwait(false);
        }
        await output.WriteLineAsync(different == 0 ? string.Create(CultureInfo.InvariantCulture, $"{wanted.Count} days are the same in both.")
            : "Records were written meanwhile, or the target had others before.").ConfigureAwait(false);
        return different == 0 ? 0 : 1;
    }

    static string Text(UsageRow? row) => row is null ? "nothing"
        : string.Join(", ", Compared.Select(measure => string.Create(CultureInfo.InvariantCulture, $"{measure} {row[measure] / 1.0000000000000000000000000000m}")));
}
