using System.Diagnostics.Metrics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>The instruments of tools, servers, registry and factories. Callers say what happened.</summary>
internal sealed class ToolInstruments
{
    static readonly KeyValuePair<string, object?>[] Hit = [new(TagKeys.Outcome, "hit")];
    static readonly KeyValuePair<string, object?>[] Miss = [new(TagKeys.Outcome, "miss")];

    readonly Histogram<double> _seconds;
    readonly Counter<long> _errors;
    readonly Histogram<long> _requestBytes;
    readonly Histogram<long> _responseBytes;
    readonly Histogram<double> _lookups;
    readonly Histogram<double> _creations;
    readonly ObservableInstrument<double> _schemaBytes;
    readonly ObservableInstrument<long> _connections;

    /// <param name="meters">The meters of the host.</param>
    /// <param name="connections">Tells the open connections of each server.</param>
    /// <param name="schemaBytes">Tells the sizes of the tools of each server.</param>
    public ToolInstruments(IMeterFactory meters, Func<IEnumerable<Measurement<long>>> connections, Func<IEnumerable<Measurement<double>>> schemaBytes)
    {
        var meter = meters.Create(new MeterOptions(TelemetryCatalog.MeterName) { Version = AiTelemetryVersion.Text });
        _seconds = meter.Histogram<double>(TelemetryCatalog.ToolSeconds);
        _errors = meter.Counter<long>(TelemetryCatalog.ToolErrors);
        _requestBytes = meter.Histogram<long>(TelemetryCatalog.ToolRequestBytes);
        _responseBytes = meter.Histogram<long>(TelemetryCatalog.ToolResponseBytes);
        _schemaBytes = meter.Gauge(TelemetryCatalog.ToolSchemaBytes, schemaBytes);
        _connections = meter.UpDownCounter(TelemetryCatalog.ServerConnections, connections);
        _lookups = meter.Histogram<double>(TelemetryCatalog.RegistryLookups);
        _creations = meter.Histogram<double>(TelemetryCatalog.FactorySeconds);
    }

    /// <summary>Whether anyone listens to anything of a tool call or a server.</summary>
    public bool Enabled => _seconds.Enabled || _errors.Enabled || _requestBytes.Enabled || _responseBytes.Enabled || _schemaBytes.Enabled || _connections.Enabled;

    /// <summary>Whether look-ups are timed for anyone.</summary>
    public bool TimesLookups => _lookups.Enabled;

    /// <summary>Whether creations are timed for anyone.</summary>
    public bool TimesCreations => _creations.Enabled;

    /// <summary>A tool call ended.</summary>
    public void CallEnded(ToolCall call, string outcome, string? kind, TimeSpan duration)
    {
        var tags = call.Tags;
        if (tags.IsNew())
        {
            // Opened at 0, so that the first error is a step that rate() sees.
            foreach (var error in ToolErrorKinds.All)
                _errors.Add(0, tags.Error(error));
        }
        _seconds.Record(duration.TotalSeconds, tags.Outcome(outcome));
        if (kind is not null)
            _errors.Add(1, tags.Error(kind));
        if (call.RequestBytes > 0)
            _requestBytes.Record(call.RequestBytes, tags.Pair);
        if (call.ResponseBytes > 0)
            _responseBytes.Record(call.ResponseBytes, tags.Pair);
    }

    /// <summary>Something was looked up in a registry.</summary>
    public void LookedUp(bool found, TimeSpan duration) => _lookups.Record(duration.TotalSeconds, found ? Hit : Miss);

    /// <summary>Something was created.</summary>
    public void Created(KeyValuePair<string, object?>[] tags, TimeSpan duration) => _creations.Record(duration.TotalSeconds, tags);
}
