namespace AiTelemetry;

/// <summary>How far the usage of a call is known.</summary>
public enum UsageStatus
{
    /// <summary>The provider gave none, or the call ended before it could.</summary>
    Absent,

    /// <summary>The answer was cut off: the counts are what the provider had said so far.</summary>
    Partial,

    /// <summary>The provider reported it.</summary>
    Reported,

    /// <summary>There was an answer that could not be read (not JSON, or encoded in a way that cannot be decoded here).</summary>
    Unreadable,
}
