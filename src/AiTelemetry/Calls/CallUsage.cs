namespace AiTelemetry.Calls;

/// <summary>The usage of a call that ended, evened out.</summary>
/// <param name="Tokens">The counts.</param>
/// <param name="Status">How far they are known.</param>
/// <param name="IsMissed">Whether the call should have had a usage: false for one the provider refused, which used nothing.</param>
internal readonly record struct CallUsage(TokenUsage Tokens, UsageStatus Status, bool IsMissed)
{
    public bool IsKnown => Tokens.Input is not null || Tokens.Output is not null;
}
