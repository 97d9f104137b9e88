using System.Diagnostics.Metrics;

namespace AiTelemetry.AspNetCore.Tests;

/// <summary>An observable gauge that holds the collection up until it is released; afterwards it is quick.</summary>
internal sealed class SlowInstrument : IDisposable
{
    readonly ManualResetEventSlim _released = new();
    readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SlowInstrument(Meter meter) => meter.CreateObservableGauge("slow", () =>
    {
        _entered.TrySetResult();
        _released.Wait(TimeSpan.FromSeconds(30));
        return 1L;
    });

    public Task Entered => _entered.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Release() => _released.Set();

    public void Dispose()
    {
        _released.Set();
        _released.Dispose();
    }
}
