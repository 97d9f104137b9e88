namespace AiTelemetry;

/// <summary>Who saw a call. One call may be seen by several.</summary>
public enum UsageSource
{
    /// <summary>AiTelemetry's handler or recorder in the app itself: every record is a call of its own.</summary>
    Handler,

    /// <summary>A client or proxy of the Model Context Protocol.</summary>
    Mcp,

    /// <summary>A log that a tool wrote of its own calls.</summary>
    Log,

    /// <summary>Another process, which sent the record in.</summary>
    Ingest,
}
