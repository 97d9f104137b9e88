namespace AiTelemetry;

/// <summary>What became of a record that was appended.</summary>
public enum AppendStatus
{
    /// <summary>It is durable and counted.</summary>
    Added,

    /// <summary>It was there before, or its call was: it is counted once.</summary>
    Known,

    /// <summary>It says something impossible, or is too old: it is not in the ledger.</summary>
    Refused,
}
