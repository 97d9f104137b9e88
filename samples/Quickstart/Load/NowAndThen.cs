using Quickstart.Usage;

namespace Quickstart.Load;

/// <summary>A call now and then, one at a time, so that the page and what scrapes it have something to show.</summary>
internal sealed class NowAndThen(MixedLoad load, Providers providers, CallBook book)
{
    /// <summary>How often by default: real calls cost money, so these are rare.</summary>
    public TimeSpan Usual => TimeSpan.FromSeconds(providers.All.Any(provider => provider.IsLive) ? 60 : 5);

    /// <summary>Calls until it is stopped.</summary>
    /// <param name="every">The time between two calls; a call that takes longer is waited for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(TimeSpan every, TimeProvider time, CancellationToken cancellationToken)
    {
        var calls = load.Lanes.SelectMany(lane => lane.NowAndThen.Select((step, round) => (lane.Provider, Step: step, Round: round))).OrderBy(call => call.Round).ToList();
        using var timer = new PeriodicTimer(every, time);
        try
        {
            for (var i = 0; await timer.WaitForNextTickAsync(cancellationToken); i = (i + 1) % calls.Count)
            {
                await TryAsync(calls[i].Provider, calls[i].Step, cancellationToken);
                book.Collect();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The app stops.
        }
    }

    async Task TryAsync(Provider provider, Step step, CancellationToken cancellationToken)
    {
        try
        {
            await load.RunAsync(provider, step, cancellationToken);
        }
#pragma warning disable CA1031 // a call that fails stands on the page with its reason; the next one is made all the same
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
        }
    }
}
