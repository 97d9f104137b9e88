namespace AiTelemetry.Storage;

/// <summary>A sum whose bytes no longer say what was written: databases find what is wrong with their own pages, not with what stands in them.</summary>
internal static class DamagedSum
{
    /// <summary>What a reader of the log can act on.</summary>
    public static UsageLedgerException Told(string where, Exception fault) =>
        new($"{where} holds a sum that cannot be read ({fault.Message.TrimEnd('.')}). The rows are not touched by it: stop what writes the ledger and run 'aitel ledger rebuild'.", fault);
}
