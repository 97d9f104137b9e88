namespace AiTelemetry.Calls;

/// <summary>What an app says of the end of a call that it records by hand.</summary>
internal sealed class GivenEnd
{
    /// <summary>The outcome; null where the call tells it.</summary>
    public string? Outcome { get; init; }

    /// <summary>The kind of error.</summary>
    public string? ErrorType { get; init; }

    /// <summary>How long the call took; null for one that is timed as it runs.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The time to the first token; null where it is unknown, or timed as the call runs.</summary>
    public TimeSpan? TimeToFirstToken { get; init; }
}
