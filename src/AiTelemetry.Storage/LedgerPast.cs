namespace AiTelemetry.Storage;

/// <summary>What a ledger keeps of times whose rows it has pruned.</summary>
/// <param name="Floors">From when on each step is whole.</param>
/// <param name="Sums">The sums that no row stands behind any more.</param>
/// <param name="KeysFrom">From when on the keys of all records are kept, by the moment in their ids, in ticks; what is older may have been counted, and nobody knows.</param>
internal sealed record LedgerPast(RollUpFloors Floors, IReadOnlyList<RollUp> Sums, long KeysFrom);
