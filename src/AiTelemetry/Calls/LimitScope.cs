namespace AiTelemetry.Calls;

/// <summary>
/// What a header narrows a limit to. In the order in which the gauges, which have room for one limit of a kind, prefer them: the one without a name, then the
/// minute, which is what the others mean by theirs, then from short to long.
/// </summary>
internal enum LimitScope : byte
{
    None,
    Minute,
    Second,
    TenSeconds,
    Hour,
    Day,
    Month,
    Dynamic,
    UsageBased,
    Project,
    Priority,
    Fast,
}
