using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AiTelemetry.Calls;

/// <summary>Tells which attempt of the same call a request is, and how long a rate limit kept it waiting.</summary>
/// <remarks>
/// Attempts are told apart by the request object (resilience handlers send the same one again), or by the SDK's own count
/// (<c>x-stainless-retry-count</c>) under the same ambient activity. A 429 whose next attempt is not seen is recorded with the wait it asked for,
/// once that wait is over. Nothing is kept of calls that succeed; what is kept goes with the request, and is bounded.
/// </remarks>
internal sealed class Attempts(TimeProvider time, Action<string, TimeSpan> delayed)
{
    const string RetryCountHeader = "x-stainless-retry-count";
    const int MaxWaiting = 1024;

    /// <summary>Time given to a next attempt beyond the wait that was asked for.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    readonly ConditionalWeakTable<HttpRequestMessage, Failed> _byRequest = [];
    readonly ConditionalWeakTable<Activity, Failed> _byActivity = [];
    readonly Queue<Failed> _waiting = new();
    volatile bool _any;

    /// <summary>A request begins.</summary>
    /// <returns>Which attempt it is, from 1.</returns>
    public ushort Begin(HttpRequestMessage request, Activity? ambient)
    {
        if (!_any)
            return 1; // an attempt after the first has a failed one before it
        Settle();
        var told = 0;
        var hasCount = request.Headers.NonValidated.TryGetValues(RetryCountHeader, out var text)
            && int.TryParse(text.ToString(), out told) && told is >= 0 and < 1000;
        if (_byRequest.TryGetValue(request, out var failed))
        {
            Seen(failed);
            return (ushort)(Math.Max(failed.Attempt, hasCount ? told : 0) + 1);
        }
        if (hasCount && told > 0 && ambient is not null && _byActivity.TryGetValue(ambient, out failed))
            Seen(failed);
        return (ushort)(hasCount ? told + 1 : 1);
    }

    /// <summary>An attempt failed in a way that may be tried again.</summary>
    /// <param name="asked">The wait a 429 asked for; null where it asked for none.</param>
    public void Fail(HttpRequestMessage request, Activity? ambient, string provider, int attempt, bool rateLimited, TimeSpan? asked)
    {
        var failed = new Failed(provider, attempt, time.GetTimestamp(), rateLimited, asked);
        _byRequest.AddOrUpdate(request, failed);
        if (ambient is not null)
            _byActivity.AddOrUpdate(ambient, failed);
        if (rateLimited)
        {
            lock (_waiting)
            {
                _waiting.Enqueue(failed);
                if (_waiting.Count > MaxWaiting)
                    Asked(_waiting.Dequeue());
            }
        }
        _any = true;
    }

    /// <summary>Records the waits that are over and whose next attempt was not seen.</summary>
    public void Settle()
    {
        lock (_waiting)
        {
            // In the order of the 429s: one that asked for long may hold back those behind it, until it is over.
            while (_waiting.TryPeek(out var oldest) && (oldest.IsSettled || time.GetElapsedTime(oldest.At) > (oldest.AskedWait ?? TimeSpan.Zero) + Grace))
                Asked(_waiting.Dequeue());
        }
    }

    void Seen(Failed failed)
    {
        if (failed.RateLimited && failed.TrySettle())
            delayed(failed.Provider, time.GetElapsedTime(failed.At));
    }

    void Asked(Failed failed)
    {
        if (failed.AskedWait is { } wait && failed.TrySettle())
            delayed(failed.Provider, wait);
    }

    sealed class Failed(string provider, int attempt, long at, bool rateLimited, TimeSpan? askedWait)
    {
        int _settled;

        public string Provider { get; } = provider;

        public int Attempt { get; } = attempt;

        public long At { get; } = at;

        public bool RateLimited { get; } = rateLimited;

        public TimeSpan? AskedWait { get; } = askedWait;

        public bool IsSettled => Volatile.Read(ref _settled) != 0;

        public bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;
    }
}
