using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AiTelemetry.Catalog;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Calls;

/// <summary>Takes the faults of ours that a guard kept from the app: each is counted, and the first of its kind at its door is logged.</summary>
internal sealed partial class Faults(Counter<long> counter, ILogger logger)
{
    const int MaxKinds = 256;

    readonly ConcurrentDictionary<(string Door, Type Kind), bool> _logged = new();

    public void Report(string door, Exception fault)
    {
        try
        {
            counter.Add(1, new KeyValuePair<string, object?>(TagKeys.Door, door));
        }
        catch (Exception e)
        {
            fault = new AggregateException(fault, e); // a listener that throws must not hide the fault, nor reach the app
        }
        try
        {
            if (_logged.Count < MaxKinds && _logged.TryAdd((door, fault.GetType()), true))
                Kept(logger, fault, door);
        }
        catch (Exception)
        {
            // A logger that throws is the end of the line: it was counted above, and the app's call goes on.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "AiTelemetry kept a fault of its own from the app at '{Door}'; the call went on. Further ones of this kind are counted in aitelemetry_internal_faults_total and not logged.")]
    static partial void Kept(ILogger logger, Exception fault, string door);
}
