using AiTelemetry.Storage;
using AiTelemetry.Usage;

namespace AiTelemetry.Cli.Ledger;

/// <summary>The rows of a ledger, oldest first, an hour at a time: all of them at once may be more than there is memory.</summary>
internal static class RowPages
{
    static readonly TimeSpan Page = TimeSpan.FromHours(1);

    public static async Task EachAsync(UsageLedger ledger, DateTimeOffset? from, DateTimeOffset? to, Func<IReadOnlyList<UsageRecord>, Task> take, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (await ((IMovableLedger)ledger).SpanAsync(cancellationToken).ConfigureAwait(false) is not { } span)
            return;
        var first = from > span.First ? from.Value : span.First;
        var end = to <= span.Last ? to.Value : span.Last.AddTicks(1);
        for (var start = first; start < end; start += Page)
        {
            var next = start + Page < end ? start + Page : end;
            var rows = await ledger.RowsAsync(start, next, cancellationToken).ConfigureAwait(false);
            if (rows.Count > 0)
                await take(rows).ConfigureAwait(false);
            progress.Report((next - first) / (end - first));
        }
    }
}
