namespace AiTelemetry.Calls;

/// <summary>Which figure of a rate limit a header holds.</summary>
internal enum LimitPart : byte
{
    Limit,
    Remaining,
    Reset,

    /// <summary>How long the window is, in seconds (Azure).</summary>
    Period,
}
