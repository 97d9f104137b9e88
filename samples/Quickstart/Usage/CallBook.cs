using AiTelemetry;
using AiTelemetry.Testing;

namespace Quickstart.Usage;

/// <summary>Adds up, in bounded memory, what was measured of the app's calls: one row per provider and model, and the last calls that did not succeed.</summary>
internal sealed class CallBook(TelemetryRecorder recorder, TimeProvider? time = null)
{
    /// <summary>More models than this share one row.</summary>
    const int MaxRows = 1000;

    /// <summary>As many calls that did not succeed are kept; of the rest there is the count.</summary>
    const int MaxTroubles = 50;

    readonly Lock _lock = new();
    readonly Dictionary<(string Provider, string Model), ModelRow> _rows = [];
    readonly Queue<UsageRecord> _troubles = new();
    readonly TimeProvider _time = time ?? TimeProvider.System;
    DateTimeOffset? _changed;

    /// <summary>Takes over what was recorded since the last time and lets the recorder forget it. To be called while no call is under way.</summary>
    /// <returns>The records taken over.</returns>
    public IReadOnlyList<UsageRecord> Collect()
    {
        lock (_lock)
        {
            var calls = recorder.Calls;
            recorder.Clear();
            foreach (var call in calls)
                Add(call);
            if (calls.Count > 0)
                _changed = _time.GetUtcNow();
            return calls;
        }
    }

    /// <summary>How things stand.</summary>
    public BookPage Read()
    {
        lock (_lock)
        {
            var rows = _rows.Values.OrderBy(row => row.Provider, StringComparer.Ordinal).ThenBy(row => row.Model, StringComparer.Ordinal).Select(row => row.Read()).ToList();
            return new BookPage(rows, ModelUsage.Total(rows), [.. _troubles], _changed);
        }
    }

    void Add(UsageRecord call)
    {
        var key = (call.Provider, Model: call.ResponseModel ?? call.RequestModel ?? "(not named)");
        if (!_rows.TryGetValue(key, out var row))
        {
            key = _rows.Count < MaxRows ? key : ("other", "(more models)");
            if (!_rows.TryGetValue(key, out row))
                _rows[key] = row = new ModelRow(key.Provider, key.Model);
        }
        row.Add(call);
        if (call.Outcome == "success")
            return;
        _troubles.Enqueue(call);
        if (_troubles.Count > MaxTroubles)
            _troubles.Dequeue();
    }
}

/// <summary>How things stand at one moment.</summary>
/// <param name="Rows">One per provider and model, in that order.</param>
/// <param name="Total">Their sum.</param>
/// <param name="Troubles">The last calls that did not succeed, oldest first.</param>
/// <param name="Changed">When the last calls came in; null before the first.</param>
internal sealed record BookPage(IReadOnlyList<ModelUsage> Rows, ModelUsage Total, IReadOnlyList<UsageRecord> Troubles, DateTimeOffset? Changed);
