namespace AiTelemetry.Storage;

/// <summary>What the ledgers on disk can be asked besides questions: to be looked over, listed and moved.</summary>
internal interface IMovableLedger
{
    /// <summary>Looks everything over without changing anything.</summary>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong, a sentence each; nothing where all is well.</returns>
    ValueTask<IReadOnlyList<string>> CheckAsync(IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>The starts of the first and the last row; null where there is none.</summary>
    ValueTask<(DateTimeOffset First, DateTimeOffset Last)?> SpanAsync(CancellationToken cancellationToken);

    /// <summary>What is left of pruned times.</summary>
    ValueTask<LedgerPast> PastAsync(CancellationToken cancellationToken);

    /// <summary>The keys after one, by id.</summary>
    ValueTask<IReadOnlyList<RecordKey>> KeysAsync(Guid after, int most, CancellationToken cancellationToken);

    /// <summary>Takes over rows of another ledger, which were counted there: each id once, without asking whose call it is; again does nothing.</summary>
    ValueTask AdoptAsync(IReadOnlyList<UsageRecord> rows, CancellationToken cancellationToken);

    /// <summary>Takes over what another ledger has left of pruned times; again does nothing.</summary>
    ValueTask AdoptAsync(LedgerPast past, CancellationToken cancellationToken);

    /// <summary>Takes over keys of another ledger's records; again does nothing.</summary>
    ValueTask AdoptAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken);
}
