namespace AiTelemetry.Cli.Ledger;

/// <summary><c>aitel ledger</c>: looks after a usage ledger, a SQLite file or a PostgreSQL database.</summary>
internal sealed class LedgerCommand : Command
{
    public override string Name => "ledger";

    public override string Summary => "Checks, rebuilds, exports, imports and moves a usage ledger.";

    public override string Usage => """
        usage: aitel ledger check LEDGER
               aitel ledger rebuild LEDGER
               aitel ledger export LEDGER [--format jsonl|csv] [--from TIME] [--to TIME] [--out FILE]
               aitel ledger import LEDGER FILE
               aitel ledger migrate LEDGER --to LEDGER

        LEDGER is a SQLite file, or the connection string of a PostgreSQL database (Host=...;Database=...;Username=...).

          check     Looks whether the file is whole, every row has its key, and the sums are those of the rows. Changes nothing.
          rebuild   Makes the sums anew from the rows that are kept.
          export    Writes the rows, oldest first: one JSON object a line (jsonl, the default), or csv.
          import    Adds the records of an export: a file that ends in .csv, or a jsonl file (- for the standard input). Those that are there
                    already stay as they are.
          migrate   Copies everything into another ledger and compares calls, tokens and cost day by day. May be stopped and run again;
                    the source is only read.

          --from, --to TIME   Only rows from, and before, a moment: 2026-05-20 or 2026-05-20T10:30:00Z.
          --out FILE          Where to write; the standard output by default.

        Exit codes: 0 all is well; 1 something is wrong, and said; 64 the arguments are wrong.

        """;

    public override int Run(string[] args, TextWriter output, TextWriter errors)
    {
        AppContext.SetSwitch("System.Resources.UseSystemResourceKeys", false); // saves the proxy some memory; here people read what .NET says
        try
        {
            return LedgerTask.Parse(args).RunAsync(output, new ProgressBar(errors), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is UsageLedgerException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"aitel ledger: {e.Message}");
            return 1;
        }
    }
}
