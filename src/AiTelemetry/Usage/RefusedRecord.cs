namespace AiTelemetry;

/// <summary>A record that a ledger did not take.</summary>
/// <param name="Index">Its place in the append.</param>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why, in one sentence with the value and what is allowed.</param>
public sealed record RefusedRecord(int Index, Guid Id, string Reason);
