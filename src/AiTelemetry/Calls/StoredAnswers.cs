using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Sees to it that an answer made in the background, or fetched again, is counted exactly once.</summary>
/// <remarks>
/// An answer that came back pending is remembered by its id, and so is a run that was counted. Fetching an answer is a call to tell of only where it
/// is complete, was not counted yet, and this process saw it pending (or its format makes all answers in the background). Then it tells usage, cost
/// and outcome, but no time and no request: those were the call's that asked for it. All other fetches tell nothing. Bounded: the ids remembered
/// longest go first; an answer whose id is gone is not counted.
/// </remarks>
internal sealed class StoredAnswers
{
    const int MaxRemembered = 4096;

    readonly Dictionary<string, bool> _counted = new(StringComparer.Ordinal);
    readonly Queue<string> _order = new();
    readonly Lock _lock = new();

    /// <summary>Whether a call that ended is one to tell of; remembers what later fetches turn on.</summary>
    public bool Tells(ProviderCall call)
    {
        if (call.Format is not { KeepsAnswers: true } format || call.ResponseId is not { } id || call.Status >= 400)
            return !call.IsFetched;
        lock (_lock)
        {
            if (call.IsFetched)
                return call.HasFinished ? TryCount(id, format) : Wait(id, again: false);
            if (call.IsPending)
                Wait(id, again: true);
            else if (format.CountsAtFirstSight || _counted.ContainsKey(id))
                Remember(id, counted: true);
            return true;
        }
    }

    bool TryCount(string id, WireFormat format)
    {
        if (_counted.TryGetValue(id, out var counted) ? counted : !format.CountsAtFirstSight)
            return false;
        Remember(id, counted: true);
        return true;
    }

    /// <summary>Where the app asked <paramref name="again"/>, the answer is another one, whatever its id.</summary>
    bool Wait(string id, bool again)
    {
        if (again || !_counted.ContainsKey(id))
            Remember(id, counted: false);
        return false;
    }

    void Remember(string id, bool counted)
    {
        if (!_counted.ContainsKey(id))
        {
            if (_order.Count >= MaxRemembered)
                _counted.Remove(_order.Dequeue());
            _order.Enqueue(id);
        }
        _counted[id] = counted;
    }
}
