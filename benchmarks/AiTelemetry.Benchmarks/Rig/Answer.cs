namespace AiTelemetry.Benchmarks.Rig;

/// <summary>What a provider answers.</summary>
public enum Answer
{
    /// <summary>A JSON object of 1.2 KB.</summary>
    Json1KB,

    /// <summary>A JSON object of 8 KB.</summary>
    Json8KB,

    /// <summary>200 server-sent events with content.</summary>
    Stream200,

    /// <summary>2,000 server-sent events with content.</summary>
    Stream2000,
}
