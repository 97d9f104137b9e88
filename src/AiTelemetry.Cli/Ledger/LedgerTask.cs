using System.Globalization;
using AiTelemetry.Storage;
using AiTelemetry.Usage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Cli.Ledger;

/// <summary>One thing to do with a ledger, as the arguments say.</summary>
internal sealed class LedgerTask
{
    static readonly string[] Verbs = ["check", "rebuild", "export", "import", "migrate"];

    string _verb = "";
    string _ledger = "";
    string? _file;
    string? _target;
    string? _out;
    string _format = "jsonl";
    DateTimeOffset? _from;
    DateTimeOffset? _to;

    /// <exception cref="UsageException">The arguments are wrong.</exception>
    public static LedgerTask Parse(string[] args)
    {
        var task = new LedgerTask();
        var places = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                places.Add(args[i]);
                continue;
            }
            if (i + 1 == args.Length)
                throw new UsageException($"{args[i]} needs a value.");
            var value = args[++i];
            switch (args[i - 1])
            {
                case "--format" when value is "jsonl" or "csv":
                    task._format = value;
                    break;
                case "--format":
                    throw new UsageException($"--format '{value}' is not allowed; allowed are jsonl and csv.");
                case "--from":
                    task._from = Moment("--from", value);
                    break;
                case "--to" when places.Count > 0 && places[0] == "migrate":
                    task._target = value;
                    break;
                case "--to":
                    task._to = Moment("--to", value);
                    break;
                case "--out":
                    task._out = value;
                    break;
                default:
                    throw new UsageException($"'{args[i - 1]}' is not known.");
            }
        }
        if (places.Count == 0 || !Verbs.Contains(places[0], StringComparer.Ordinal))
            throw new UsageException($"say what to do: {string.Join(", ", Verbs)}.");
        task._verb = places[0];
        if (places.Count != (task._verb == "import" ? 3 : 2))
            throw new UsageException(task._verb == "import" ? "import needs a ledger and a file." : $"{task._verb} needs one ledger.");
        task._ledger = places[1];
        task._file = places.ElementAtOrDefault(2);
        if (task._verb == "migrate" && task._target is null)
            throw new UsageException("migrate needs --to LEDGER.");
        if (task._out is { } file && IsOf(file, task._ledger))
            throw new UsageException($"--out '{file}' is the ledger itself, which would be overwritten.");
        return task;
    }

    /// <summary>Whether a file is a ledger's, under whatever name.</summary>
    static bool IsOf(string file, string ledger) => File.Exists(ledger) && Array.Exists(["", "-wal", "-shm", ".lock", ".owner"], suffix => Real(file) == Real(ledger) + suffix);

    static string Real(string file) => !File.Exists(file) ? Path.GetFullPath(file) : new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TextWriter output, ProgressBar progress, CancellationToken cancellationToken)
    {
        progress.What = _verb;
        using var ledger = Open(_ledger, mustExist: _verb != "import");
        switch (_verb)
        {
            case "check":
                var found = await ((IMovableLedger)ledger).CheckAsync(progress, cancellationToken).ConfigureAwait(false);
                foreach (var wrong in found)
                    await output.WriteLineAsync(wrong).ConfigureAwait(false);
                if (found.Count == 0)
                    await output.WriteLineAsync("All is well.").ConfigureAwait(false);
                return found.Count == 0 ? 0 : 1;
            case "rebuild":
                await ledger.RebuildAsync(progress, cancellationToken).ConfigureAwait(false);
                await output.WriteLineAsync("The sums are those of the rows.").ConfigureAwait(false);
                return 0;
            case "export":
                return await ExportAsync(ledger, output, progress, cancellationToken).ConfigureAwait(false);
            case "import":
                return await RecordImport.RunAsync(ledger, _file!, output, progress, cancellationToken).ConfigureAwait(false);
            default:
                using (var target = Open(_target!, mustExist: false))
                    return await Migration.RunAsync(ledger, target, output, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<int> ExportAsync(UsageLedger ledger, TextWriter output, ProgressBar progress, CancellationToken cancellationToken)
    {
        var file = _out is null ? null : new StreamWriter(_out);
        try
        {
            var rows = await RecordExport.RunAsync(ledger, _from, _to, _format == "csv", file ?? output, progress, cancellationToken).ConfigureAwait(false);
            if (file is not null)
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{rows} rows.")).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <exception cref="UsageLedgerException">There is no such file.</exception>
    static UsageLedger Open(string ledger, bool mustExist)
    {
        var options = new UsageLedgerOptions();
        if (ledger.Contains('=', StringComparison.Ordinal) && !File.Exists(ledger))
            return new PostgreSqlUsageLedger(ledger, options, TimeProvider.System);
        if (mustExist && !File.Exists(ledger))
            throw new UsageLedgerException($"There is no file {ledger}.");
        return new SqliteUsageLedger(ledger, options, NullLogger.Instance, TimeProvider.System);
    }

    static DateTimeOffset Moment(string option, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment : throw new UsageException($"{option} '{text}' is not a moment; write 2026-05-20 or 2026-05-20T10:30:00Z.");
}
