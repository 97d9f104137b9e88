using Quickstart.Usage;

namespace Quickstart.Load;

/// <summary>Everything an app does with its providers: the three side by side, the steps of each in order.</summary>
internal sealed class MixedLoad(IEnumerable<ILane> lanes, Providers providers, CallBook book)
{
    public IReadOnlyList<ILane> Lanes { get; } = [.. lanes];

    /// <summary>The steps that can be done with this provider as it is.</summary>
    public static IReadOnlyList<Step> StepsOf(ILane lane) => [.. lane.Steps.Where(step => !step.OnlyFake || !lane.Provider.IsLive)];

    /// <summary>Runs the load and collects what was measured.</summary>
    /// <param name="progress">Told before each step what it is and how many are done, and so at the end of each lane.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What went wrong that should not have: empty, or something is not well.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Action<ILane, string, int> progress, CancellationToken cancellationToken)
    {
        var surprises = await Task.WhenAll(Lanes.Select(lane => RunAsync(lane, progress, cancellationToken)));
        book.Collect();
        return [.. surprises.SelectMany(surprise => surprise)];
    }

    /// <summary>Does one step; what it throws is for the caller.</summary>
    public Task RunAsync(Provider provider, Step step, CancellationToken cancellationToken)
    {
        if (!provider.IsLive)
            providers.Script.Next(provider.Name, step.Replies);
        return step.RunAsync(cancellationToken);
    }

    async Task<List<string>> RunAsync(ILane lane, Action<ILane, string, int> progress, CancellationToken cancellationToken)
    {
        var surprises = new List<string>();
        var done = 0;
        foreach (var step in StepsOf(lane))
        {
            progress(lane, step.Name, done++);
            try
            {
                await RunAsync(lane.Provider, step, cancellationToken);
            }
#pragma warning disable CA1031 // whatever a provider or its SDK throws is shown, and the next step is done
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                surprises.Add($"{lane.Provider.Title}, {step.Name}: {exception.Message.ReplaceLineEndings(" ")}");
            }
        }
        progress(lane, $"{done} steps done", done);
        return surprises;
    }
}
