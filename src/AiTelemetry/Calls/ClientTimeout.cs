namespace AiTelemetry.Calls;

/// <summary>The time after which a client gives up, as far as it is known; asked for only when a call was cancelled.</summary>
/// <remarks>
/// <c>HttpClient.Timeout</c> reaches a handler as a plain cancellation. A client of the factory is configured by actions of the app that the
/// factory itself runs for every client it makes; they are run once more, on a client that is never used, to see what they set.
/// </remarks>
internal sealed class ClientTimeout(TimeSpan? option, Func<TimeSpan?>? fromFactory)
{
    /// <summary>The clock of the client started a little before ours.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);

    TimeSpan? _known = option;
    Func<TimeSpan?>? _ask = option is null ? fromFactory : null;

    public bool IsReachedBy(TimeSpan elapsed)
    {
        if (Interlocked.Exchange(ref _ask, null) is { } ask)
            _known = ask();
        return _known is { } known && known > TimeSpan.Zero && elapsed + Slack >= known;
    }
}
