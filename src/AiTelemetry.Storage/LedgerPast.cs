namespace AiTelemetry.Storage;

/// <summary>What a ledger keeps of times whose rows it has pruned.</summary>
/// <param name="Floors">From when on each step is whole.</param>
/// <param name="Sums">The sums that no row stands behind any more.</param>
internal sealed record LedgerPast(RollUpFloors Floors, IReadOnlyList<RollUp> Sums);
