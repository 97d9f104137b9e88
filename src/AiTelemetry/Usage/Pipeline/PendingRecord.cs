namespace AiTelemetry.Usage;

/// <summary>A record on its way to the ledger.</summary>
/// <param name="Record">The record.</param>
/// <param name="Since">The timestamp of its hand-over.</param>
/// <param name="Waiter">Whoever waits until it is durable; null where nobody does.</param>
internal readonly record struct PendingRecord(UsageRecord Record, long Since, TaskCompletionSource<bool>? Waiter);
