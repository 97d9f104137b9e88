namespace AiTelemetry.Storage.Tests;

/// <summary>A server that may be away, or take records and never answer for them.</summary>
internal sealed class AwayLedger(UsageLedgerOptions options, TimeProvider time) : UsageLedger(options, time)
{
    readonly InMemoryUsageLedger _inner = new(options, time);

    public bool IsAway { get; set; }

    /// <summary>How many appends it takes without the answer coming through.</summary>
    public int LostAnswers { get; set; }

    /// <summary>What appends wait for before they are taken: a server that hangs. None where it answers.</summary>
    public Task? Hangs { get; set; }

    public override ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    internal override ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken) => _inner.RebuildAsync(progress, cancellationToken);

    internal override ValueTask<long> KeysFromAsync(CancellationToken cancellationToken) => IsAway ? throw new UsageLedgerException("The server is away.") : _inner.KeysFromAsync(cancellationToken);

    internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken) => _inner.PruneAsync(cancellationToken);

    internal override ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => _inner.RowsAsync(from, to, cancellationToken);

    internal override ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) => _inner.RollUpsAsync(cancellationToken);

    private protected override async ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken)
    {
        if (IsAway)
            throw new UsageLedgerException("The server is away.") { WasNotSent = true };
        if (Hangs is { } hangs)
            await hangs;
        var result = await _inner.AppendAsync(records, TimeSpan.MaxValue, cancellationToken);
        if (LostAnswers > 0)
        {
            LostAnswers--;
            throw new UsageLedgerException("The connection broke.");
        }
        for (var i = 0; i < statuses.Length; i++)
            statuses[i] = result[i];
    }

    private protected override ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => _inner.AnswerAsync(query, answer, cancellationToken);
}
