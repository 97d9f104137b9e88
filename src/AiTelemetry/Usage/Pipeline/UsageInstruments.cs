using System.Diagnostics.Metrics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry.Usage;

/// <summary>The instruments of the pipeline. Callers say what happened.</summary>
internal sealed class UsageInstruments
{
    readonly Histogram<double> _seconds;
    readonly Counter<long> _errors;

    public UsageInstruments(IMeterFactory meters, Func<long> queued)
    {
        var meter = meters.Create(new MeterOptions(TelemetryCatalog.MeterName) { Version = AiTelemetryVersion.Text });
        _seconds = meter.Histogram<double>(TelemetryCatalog.PersistSeconds);
        _errors = meter.Counter<long>(TelemetryCatalog.PersistErrors);
        meter.Gauge(TelemetryCatalog.PersistQueue, () => [new Measurement<double>(queued())]);
        foreach (var type in PersistErrorTypes.All)
            _errors.Add(0, new KeyValuePair<string, object?>(TagKeys.ErrorType, type));
    }

    /// <summary>A commit is over: since the hand-over of its oldest record.</summary>
    public void Committed(TimeSpan since, bool succeeded) =>
        _seconds.Record(since.TotalSeconds, new KeyValuePair<string, object?>(TagKeys.Outcome, succeeded ? CallOutcomes.Success : CallOutcomes.Error));

    /// <summary>A commit failed.</summary>
    public void CommitFailed() => Count(PersistErrorTypes.Database, 1);

    /// <summary>Records were refused, as there was no room or no time for them.</summary>
    public void NotInTime(long records) => Count(PersistErrorTypes.Timeout, records);

    /// <summary>Records were refused as impossible or too old.</summary>
    public void Refused(long records) => Count(PersistErrorTypes.Validation, records);

    void Count(string type, long records) => _errors.Add(records, new KeyValuePair<string, object?>(TagKeys.ErrorType, type));
}
