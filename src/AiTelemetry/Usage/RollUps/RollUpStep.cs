namespace AiTelemetry.Usage;

/// <summary>What the ledger keeps: the rows, and sums of them by the minute, the hour and the day, UTC.</summary>
internal enum RollUpStep
{
    Rows,
    Minute,
    Hour,
    Day,
}
