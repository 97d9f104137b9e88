using System.Text;
using AiTelemetry.Usage;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Writes the rows of a ledger as text.</summary>
internal static class RecordExport
{
    /// <returns>How many there were.</returns>
    public static async Task<long> RunAsync(UsageLedger ledger, DateTimeOffset? from, DateTimeOffset? to, bool asCsv, TextWriter output, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var count = 0L;
        if (asCsv)
            await output.WriteLineAsync(RecordCsv.Header).ConfigureAwait(false);
        await RowPages.EachAsync(ledger, from, to, async rows =>
        {
            count += rows.Count;
            foreach (var row in rows)
                await output.WriteLineAsync(asCsv ? RecordCsv.Of(row) : Encoding.UTF8.GetString(RecordLine.Of(row))).ConfigureAwait(false);
        }, progress, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }
}
