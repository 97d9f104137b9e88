using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using AiTelemetry.Catalog;

namespace AiTelemetry.Calls;

/// <summary>The providers' rate limits as their headers last told them; read by the gauges when somebody collects.</summary>
/// <remarks>
/// Bounded, and a figure that no call refreshed for <see cref="StaleAfter"/> is not shown any more. It is shown beyond its reset: OpenAI's resets are
/// milliseconds away, and what was left when somebody last asked is what there is to know. A provider may tell several limits of one kind (a minute's and a month's):
/// the gauges show the first of <see cref="LimitScope"/>, the records have them all.
/// </remarks>
internal sealed class RateLimits(TimeProvider time)
{
    public static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(5);

    const int MaxEntries = 2000;

    readonly ConcurrentDictionary<(string Provider, string Model, LimitKind Kind), Entry> _entries = new();
    int _count;

    /// <summary>Takes over what the headers of a response say.</summary>
    /// <param name="readings">What they say.</param>
    /// <param name="provider">The short name.</param>
    /// <param name="model">The model as metrics name it.</param>
    /// <param name="arrived">The timestamp of their arrival. Of answers that overtake each other the one that arrived last counts.</param>
    public void Take(LimitReadings readings, string provider, string model, long arrived)
    {
        foreach (ref readonly var reading in readings.All)
        {
            if (reading.IsEmpty)
                continue;
            var key = (provider, model, reading.Kind);
            if (!_entries.TryGetValue(key, out var entry))
            {
                if (Volatile.Read(ref _count) >= MaxEntries)
                    continue;
                entry = new Entry(provider, model, reading.Kind);
                if (_entries.TryAdd(key, entry))
                    Interlocked.Increment(ref _count);
                else if (!_entries.TryGetValue(key, out entry))
                    continue; // came and went in this very moment: the next answer tells it again
            }
            entry.Take(reading, arrived);
        }
    }

    public IEnumerable<Measurement<double>> Limits() => Read(LimitPart.Limit);

    public IEnumerable<Measurement<double>> Remaining() => Read(LimitPart.Remaining);

    public IEnumerable<Measurement<double>> Resets()
    {
        var now = Seconds(time.GetUtcNow());
        return Read(LimitPart.Reset).ConvertAll(at => new Measurement<double>(Math.Max(0, at.Value - now), at.Tags));
    }

    static double Seconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).TotalSeconds;

    List<Measurement<double>> Read(LimitPart part)
    {
        var measurements = new List<Measurement<double>>();
        foreach (var (key, entry) in _entries)
        {
            var isFresh = entry.TryRead(time, part, out var figure);
            if (!isFresh && _entries.TryRemove(new(key, entry)))
                Interlocked.Decrement(ref _count);
            else if (isFresh && figure is { } value)
                measurements.Add(new Measurement<double>(value, entry.Tags));
        }
        return measurements;
    }

    /// <summary>A figure, and the timestamp of its arrival; a time is in seconds since 1970.</summary>
    readonly record struct Told(double Value, long At)
    {
        public bool IsFresh(TimeProvider time) => time.GetElapsedTime(At) <= StaleAfter;
    }

    [InlineArray(3)]
    struct Slot
    {
        Told? _first; // by LimitPart
    }

    /// <summary>The limits of one provider, model and kind.</summary>
    sealed class Entry(string provider, string model, LimitKind kind)
    {
        Slot[] _slots = new Slot[1]; // by LimitScope

        public KeyValuePair<string, object?>[] Tags { get; } =
            [new(TagKeys.Provider, provider), new(TagKeys.Model, model), new(TagKeys.Kind, LimitHeader.KindName(kind))];

        public void Take(in LimitReading reading, long arrived)
        {
            lock (Tags)
            {
                if (_slots.Length <= (int)reading.Scope)
                    Array.Resize(ref _slots, (int)reading.Scope + 1);
                ref var slot = ref _slots[(int)reading.Scope];
                Set(ref slot[(int)LimitPart.Limit], reading.Limit, arrived);
                Set(ref slot[(int)LimitPart.Remaining], reading.Remaining, arrived);
                Set(ref slot[(int)LimitPart.Reset], reading.ResetsAt is { } at ? Seconds(at) : null, arrived);
            }
        }

        /// <summary>The figure to show, of the first limit that is not stale; null where that one has none.</summary>
        /// <returns>Whether there is such a limit.</returns>
        public bool TryRead(TimeProvider time, LimitPart part, out double? figure)
        {
            figure = null;
            lock (Tags)
            {
                foreach (ref var slot in _slots.AsSpan())
                {
                    var isFresh = false;
                    foreach (var told in slot)
                        isFresh |= told is { } known && known.IsFresh(time);
                    if (!isFresh)
                        continue;
                    figure = slot[(int)part] is { } wanted && wanted.IsFresh(time) ? wanted.Value : null;
                    return true;
                }
            }
            return false;
        }

        static void Set(ref Told? told, double? value, long arrived)
        {
            if (value is { } known && !(told is { } former && former.At > arrived))
                told = new Told(known, arrived);
        }
    }
}
