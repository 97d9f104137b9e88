using System.Globalization;
using AiTelemetry;

namespace Quickstart.Usage;

/// <summary>Numbers and outcomes in words, the same on the screen and on the page.</summary>
internal static class Words
{
    const string Nothing = "-";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 call</c>, <c>2 calls</c>.</summary>
    public static string Count(long count, string what) => $"{Count(count)} {what}{(count == 1 ? "" : "s")}";

    public static string Time(TimeSpan? time) => time switch
    {
        null => Nothing,
        { TotalMilliseconds: < 1 } => "<1 ms",
        { TotalMilliseconds: < 1000 } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalMilliseconds:0} ms"),
        { } some => string.Create(CultureInfo.InvariantCulture, $"{some.TotalSeconds:0.00} s"),
    };

    /// <summary>Every digit: what a call costs is small, and it is exact.</summary>
    public static string Usd(decimal usd) => "$" + usd.ToString("#,##0.00##########################", CultureInfo.InvariantCulture);

    /// <summary>The known cost; at least that, where a part of it is not known; unknown, never zero, where none is.</summary>
    public static string Cost(CostTotal cost) => cost switch
    {
        { Calls: 0 } => Nothing,
        { } when cost.UnknownCalls == cost.Calls => "unknown",
        { UnknownCalls: 0, PartialCalls: 0 } => Usd(cost.KnownUsd),
        _ => "≥ " + Usd(cost.KnownUsd),
    };

    /// <summary>How far the cost can be trusted: exact, or how many calls' cost is not known, known in part, or known about.</summary>
    public static string Trust(CostTotal cost) => cost switch
    {
        { Calls: 0 } => Nothing,
        { UnknownCalls: 0, PartialCalls: 0, ApproximateCalls: 0 } => "exact",
        { PartialCalls: 0, ApproximateCalls: 0 } => $"{Count(cost.UnknownCalls)} unknown",
        { UnknownCalls: 0, ApproximateCalls: 0 } => $"{Count(cost.PartialCalls)} partial",
        { UnknownCalls: 0, PartialCalls: 0 } => $"{Count(cost.ApproximateCalls)} approx.",
        _ => $"{Count(cost.UnknownCalls + cost.PartialCalls + cost.ApproximateCalls)} not exact",
    };

    /// <summary>How a call that did not succeed went, and what became of its tokens.</summary>
    public static string Trouble(UsageRecord call)
    {
        var code = call.ProviderErrorCode is { } given && !given.All(char.IsAsciiDigit) ? given : null; // Gemini's is the status again
        var said = code ?? call.ProviderErrorType ?? call.ErrorType;
        var how = string.Join(' ', new[] { call.StatusCode >= 400 ? $"{call.StatusCode}" : null, said }.Where(word => word is not null));
        if (call.Outcome == "cancelled")
            how = call.IsStream ? "the app left the stream" : "the app gave up";
        var tokens = call switch
        {
            { Usage: { Input: null, Output: null } } => call.WasRefused() ? "nothing used" : "tokens and cost unknown",
            { Usage: var usage } => $"{Known(usage.Input)} in, {Known(usage.Output)} out so far",
        };
        return $"{how} after {Time(call.Duration)}; {tokens}";
    }

    /// <summary>Whether the provider refused the call, or was never reached: then nothing was used, and no cost is missing.</summary>
    public static bool WasRefused(this UsageRecord call) =>
        call.Usage is { Input: null, Output: null } && (call.StatusCode >= 400 || (call.StatusCode is null && call.ErrorType == "connection"));

    static string Known(long? count) => count is { } known ? Count(known) : "unknown";
}
