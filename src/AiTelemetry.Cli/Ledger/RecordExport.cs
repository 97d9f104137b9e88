using System.Globalization;
using System.Text;
using AiTelemetry.Catalog;
using AiTelemetry.Usage;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Writes the rows of a ledger as text.</summary>
internal static class RecordExport
{
    static readonly string Header = "started_at,id,source,provider,operation,request_model,response_model,response_id,outcome,error_type,status_code,is_stream,attempt,"
        + $"{string.Join(',', RecordLine.KindNames)},cost_usd,cost_status,price_version,seconds,first_token_seconds,{string.Join(',', TagKeys.Dimensions)},trace_id,corrects";

    /// <returns>How many there were.</returns>
    public static async Task<long> RunAsync(UsageLedger ledger, DateTimeOffset? from, DateTimeOffset? to, bool asCsv, TextWriter output, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var count = 0L;
        if (asCsv)
            await output.WriteLineAsync(Header).ConfigureAwait(false);
        await RowPages.EachAsync(ledger, from, to, async rows =>
        {
            count += rows.Count;
            foreach (var row in rows)
                await output.WriteLineAsync(asCsv ? Csv(row) : Encoding.UTF8.GetString(RecordLine.Of(row))).ConfigureAwait(false);
        }, progress, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    static string Csv(UsageRecord record)
    {
        var line = new StringBuilder();
        Add(record.StartedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Add(record.Id.ToString());
        Add(UsageSeries.NameOf(record.Source));
        Add(record.Provider);
        Add(record.Operation);
        Add(record.RequestModel);
        Add(record.ResponseModel);
        Add(record.ResponseId);
        Add(record.Outcome);
        Add(record.ErrorType);
        AddNumber(record.StatusCode);
        Add(record.IsStream ? "true" : "false");
        AddNumber(record.Attempt);
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            AddNumber(record.Counts[kind]);
        AddNumber(record.Cost.Usd);
        Add(record.Cost.Status.ToString().ToLowerInvariant());
        Add(record.Cost.PriceVersion);
        AddNumber((decimal)record.Duration.Ticks / TimeSpan.TicksPerSecond);
        AddNumber((decimal?)record.TimeToFirstToken?.Ticks / TimeSpan.TicksPerSecond);
        for (var place = 0; place < TagKeys.Dimensions.Length; place++)
            Add(record.Dimension(place));
        Add(record.TraceId);
        Add(record.Corrects?.ToString());
        return line.ToString(0, line.Length - 1);

        void AddNumber(IFormattable? value) => line.Append(value?.ToString(null, CultureInfo.InvariantCulture)).Append(',');

        // Quoted as RFC 4180 says; what a spreadsheet would take for a formula is quoted by an apostrophe, as these words are other people's.
        void Add(string? text)
        {
            if (text?.FirstOrDefault() is '=' or '+' or '-' or '@' or '\t')
                text = "'" + text;
            line.Append(text.AsSpan().ContainsAny(",\"\r\n") ? "\"" + text!.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text).Append(',');
        }
    }
}
