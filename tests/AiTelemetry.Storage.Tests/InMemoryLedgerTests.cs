namespace AiTelemetry.Storage.Tests;

public sealed class InMemoryLedgerTests : LedgerSuite
{
    internal override UsageLedger Make() => new InMemoryUsageLedger(Options, Time);
}
