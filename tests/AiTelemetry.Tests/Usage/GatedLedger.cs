using AiTelemetry.Usage;

namespace AiTelemetry.Tests.Usage;

/// <summary>A ledger in memory whose commits wait at a gate, or fail as often as told.</summary>
internal sealed class GatedLedger() : UsageLedger(new UsageLedgerOptions(), TimeProvider.System)
{
    readonly InMemoryUsageLedger _inner = new(new UsageLedgerOptions(), TimeProvider.System);
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _gate = Opened();
    int _failures;

    /// <summary>When the first commit has come to the gate: from then on the loop takes nothing more until it opens.</summary>
    public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);

    public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _gate.TrySetResult();

    public void Fail(int times) => _failures = times;

    public async Task<long> CountAsync() => (await RowsAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, default)).Count;

    /// <summary>Opens the gate when it is told to hurry, as one that needs not wait for its server does.</summary>
    public bool CanHurry { get; set; }

    internal override void Hurry()
    {
        if (CanHurry)
            Open();
    }

    public override ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    internal override ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken) => _inner.RebuildAsync(progress, cancellationToken);

    internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken) => _inner.PruneAsync(cancellationToken);

    internal override ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => _inner.RowsAsync(from, to, cancellationToken);

    internal override ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) => _inner.RollUpsAsync(cancellationToken);

    private protected override async ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        await _gate.Task.ConfigureAwait(false);
        if (_failures > 0)
        {
            _failures--;
            throw new UsageLedgerException("The disk is full.");
        }
        var result = await _inner.AppendAsync(records, cancellationToken);
        for (var i = 0; i < statuses.Length; i++)
            statuses[i] = result[i];
    }

    private protected override ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => throw new NotSupportedException();

    static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}
