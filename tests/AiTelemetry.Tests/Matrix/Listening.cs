using System.Collections.Concurrent;
using System.Diagnostics;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Listens to sources of these names in the whole process, and keeps the spans that ended.</summary>
internal sealed class Listening : IDisposable
{
    readonly ActivityListener _listener;
    readonly ConcurrentQueue<Activity> _spans = new();

    public Listening(params string[] sources)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Contains(source.Name, StringComparer.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Spans => [.. _spans];

    public void Dispose() => _listener.Dispose();
}
