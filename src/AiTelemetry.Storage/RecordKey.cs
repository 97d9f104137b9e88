namespace AiTelemetry.Storage;

/// <summary>What is kept of a record longer than the record.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CallKey">The key of its call (<see cref="CallIdentity"/>); null where it has none.</param>
/// <param name="Door">Bit 0: from the handler; bit 1: counted.</param>
internal sealed record RecordKey(Guid Id, byte[]? CallKey, int Door);
