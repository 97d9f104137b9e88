using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using AiTelemetry.Storage;
using AiTelemetry.Usage;

namespace AiTelemetry.Cli.Ledger;

/// <summary>Adds the records of a file to a ledger, each once however often it is run; lines that are no records are told, the others land.</summary>
internal static class RecordImport
{
    const int Together = 1000;
    const int MostTold = 20;

    /// <returns>The exit code: 1 where a line was refused.</returns>
    public static async Task<int> RunAsync(UsageLedger ledger, string file, TextWriter output, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (added, known, refused) = (0L, 0L, 0L);
        var batch = new List<(long Line, UsageRecord Record)>(Together);
        using var stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        using var reader = new StreamReader(stream);
        var records = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? FromCsvAsync(reader, RefuseAsync, cancellationToken) : FromLinesAsync(reader, RefuseAsync, cancellationToken);
        var keysFrom = await ledger.KeysFromAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var numbered in records.ConfigureAwait(false))
        {
            if (RecordRules.TicksOf(numbered.Record.Id) < keysFrom)
            {
                await RefuseAsync(numbered.Line, string.Create(CultureInfo.InvariantCulture,
                    $"{numbered.Record.Id} is from before {new DateTime(keysFrom, DateTimeKind.Utc):yyyy-MM-dd}; up to then the ledger does not know any more what it has counted.")).ConfigureAwait(false);
                continue;
            }
            batch.Add(numbered);
            if (batch.Count == Together)
                await FlushAsync().ConfigureAwait(false);
            if (stream.CanSeek && stream.Length > 0)
                progress.Report((double)stream.Position / stream.Length);
        }
        await FlushAsync().ConfigureAwait(false);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{added} added, {known} known before, {refused} refused.")).ConfigureAwait(false);
        return refused == 0 ? 0 : 1;

        async Task FlushAsync()
        {
            // What was exported was counted once: it may be older than what is taken from the door.
            var result = await ledger.AppendAsync(batch.ConvertAll(static pair => pair.Record), TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false);
            (added, known) = (added + result.Added, known + result.Known);
            foreach (var refusal in result.Refused)
                await RefuseAsync(batch[refusal.Index].Line, refusal.Reason).ConfigureAwait(false);
            batch.Clear();
        }

        async Task RefuseAsync(long line, string reason)
        {
            if (++refused <= MostTold)
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"line {line}: {reason}")).ConfigureAwait(false);
        }
    }

    static async IAsyncEnumerable<(long Line, UsageRecord Record)> FromLinesAsync(TextReader reader, Func<long, string, Task> refuse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var number = 1L; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            UsageRecord record;
            try
            {
                record = RecordLine.Read(Encoding.UTF8.GetBytes(line));
            }
            catch (FormatException e)
            {
                await refuse(number, e.Message).ConfigureAwait(false);
                continue;
            }
            yield return (number, record);
        }
    }

    static async IAsyncEnumerable<(long Line, UsageRecord Record)> FromCsvAsync(TextReader reader, Func<long, string, Task> refuse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var csv = new CsvReader(reader);
        IReadOnlyList<string?>? header = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            UsageRecord record;
            try
            {
                if (csv.Read() is not { } fields)
                    yield break;
                if (header is null)
                {
                    header = fields;
                    continue;
                }
                if (fields is [null])
                    continue;
                record = RecordCsv.Read(header, fields);
            }
            catch (FormatException e)
            {
                await refuse(csv.Line, e.Message).ConfigureAwait(false);
                continue;
            }
            yield return (csv.Line, record);
        }
    }
}
