using AiTelemetry.Usage;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>A ledger that keeps nothing, so that what a call costs with one can be measured for as long as it takes.</summary>
internal sealed class ForgetfulLedger() : UsageLedger(new UsageLedgerOptions(), TimeProvider.System)
{
    public override ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    internal override ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    internal override ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<UsageRecord>>([]);

    internal override ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<RollUp>>([]);

    private protected override ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private protected override ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
