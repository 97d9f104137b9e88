using AiTelemetry.Catalog;

namespace AiTelemetry.Calls;

/// <summary>The usage of a call that ended, evened out.</summary>
/// <param name="Tokens">The counts.</param>
/// <param name="Status">How far they are known.</param>
/// <param name="IsMissed">Whether the call should have had a usage: false for one the provider refused, which used nothing,
/// and for one whose answer is fetched later.</param>
/// <param name="Anomalies">What was wrong with the counts.</param>
/// <param name="IsByPiece">Whether there is usage in images, seconds, pages or queries, which stand in place of tokens.</param>
internal readonly record struct CallUsage(TokenUsage Tokens, UsageStatus Status, bool IsMissed, UsageAnomalies Anomalies, bool IsByPiece)
{
    public bool IsKnown => IsByPiece || Tokens.Input is not null || Tokens.Output is not null;

    /// <summary>Evens out the counts of a call that ended, and judges them.</summary>
    public static CallUsage Of(ProviderCall call, in CallEnd end)
    {
        var charges = call.ChargesOrNull;
        if (charges is not null)
        {
            call.Usage.Fill(charges.Fallback);
            call.Usage.Fill(charges.Billed);
        }
        call.Format?.Normalize(ref call.Usage, call.ResponseModel ?? call.RequestModel);
        var byPiece = charges is { Units.IsByPiece: true };
        var known = byPiece || call.Usage.Any;
        var refused = call.Status >= 400 || (call.Status == 0 && end.ErrorType == CallErrors.Connection && !known);
        var isLater = call.Format is { KeepsAnswers: true } && call.IsPending && end.ErrorType is null; // told with the answer, when it is fetched
        var status = known ? end.IsPartial || end.Outcome == CallOutcomes.Cancelled ? UsageStatus.Partial : UsageStatus.Reported
            : refused ? UsageStatus.Absent // nothing was used, so there is nothing that could not be read
            : !end.UsageReadable ? UsageStatus.Unreadable
            : end.IsPartial ? UsageStatus.Partial
            : UsageStatus.Absent;
        var totalIsSum = status == UsageStatus.Reported && call.Format is { } format && format.TotalIsSum(call.Host.Provider);
        var anomalies = Contradictions.In(call.Usage, call.RefusedCounts, totalIsSum);
        var tokens = call.Usage.ToTokenUsage();
        if (charges is not null)
            tokens = tokens with { CacheReadAudio = charges.CacheReadAudio, CacheReadImage = charges.CacheReadImage };
        return new CallUsage(tokens, status, IsMissed: known || !(refused || isLater), anomalies, byPiece);
    }
}
