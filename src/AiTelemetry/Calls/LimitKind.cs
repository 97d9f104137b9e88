namespace AiTelemetry.Calls;

/// <summary>What a rate limit counts; the values of <c>kind</c> on the gauges.</summary>
internal enum LimitKind : byte
{
    Requests,
    Tokens,
    InputTokens,
    OutputTokens,
}
