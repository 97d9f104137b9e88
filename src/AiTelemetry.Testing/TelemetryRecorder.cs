using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Testing;

/// <summary>Records everything AiTelemetry tells of one app, so that a test can ask what its calls used, cost and how they went.</summary>
/// <remarks>
/// Listens to the meters and the activity source of that app alone: apps of tests that run side by side do not meet. Needs no exporter. While it
/// lives, calls are measured. Everything may be called from any thread.
/// </remarks>
/// <example><code>
/// using var recorder = new TelemetryRecorder(app.Services);
/// await client.GetAsync("/summary");
/// Assert.Equal(2, recorder.Calls.Count);
/// Assert.True(recorder.CostUsd &lt; 0.01m);
/// </code></example>
public sealed class TelemetryRecorder : IDisposable
{
    static readonly string[] Meters = [TelemetryCatalog.MeterName, TelemetryCatalog.CompatibilityMeterName, TelemetryCatalog.GenAiMeterName];

    readonly ConcurrentQueue<UsageRecord> _calls = new();
    readonly ConcurrentQueue<RecordedMeasurement> _measurements = new();
    readonly ConcurrentQueue<Activity> _spans = new();
    readonly ConcurrentDictionary<string, bool> _offCatalogue = new(StringComparer.Ordinal);
    readonly CallTelemetry _telemetry;
    readonly MeterListener _meterListener;
    readonly ActivityListener _activityListener;

    /// <summary>Starts to record.</summary>
    /// <param name="services">The services of the app, with AiTelemetry added.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="InvalidOperationException">AiTelemetry was not added to the services.</exception>
    public TelemetryRecorder(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _telemetry = CallTelemetrySource.Of(services).Get()
            ?? throw new InvalidOperationException("AiTelemetry could not be set up with these services; its log says why.");
        _telemetry.Recorded += _calls.Enqueue;
        var scope = services.GetRequiredService<IMeterFactory>();
        _meterListener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, scope) && Array.IndexOf(Meters, instrument.Meter.Name) >= 0)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _meterListener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meterListener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meterListener.Start();
        _activityListener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _telemetry.Source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Take,
        };
        ActivitySource.AddActivityListener(_activityListener);
    }

    /// <summary>Every call that ended, in that order.</summary>
    public IReadOnlyList<UsageRecord> Calls => [.. _calls];

    /// <summary>Every measurement, in the order it was made. Gauges are read by <see cref="ReadGauges"/>.</summary>
    public IReadOnlyList<RecordedMeasurement> Measurements => [.. _measurements];

    /// <summary>Every span that ended, in that order.</summary>
    public IReadOnlyList<Activity> Spans => [.. _spans];

    /// <summary>The known cost of all calls in US dollars; <see cref="UnpricedCalls"/> tells how many are not in it.</summary>
    public decimal CostUsd => _calls.Sum(call => call.Cost.Usd ?? 0);

    /// <summary>How many calls have no known cost.</summary>
    public int UnpricedCalls => _calls.Count(call => call.Cost.Usd is null);

    /// <summary>Metrics, spans and tags that AiTelemetry's catalogue does not know. Always empty, or AiTelemetry is wrong.</summary>
    public IReadOnlyCollection<string> OffCatalogue => [.. _offCatalogue.Keys];

    /// <summary>The sum of the measurements of a metric with these tags.</summary>
    /// <param name="metric">The metric, for example <c>llm_provider_tokens_total</c>.</param>
    /// <param name="tags">Tags the measurements must have; others they may have.</param>
    public double Sum(string metric, params ReadOnlySpan<(string Key, object? Value)> tags)
    {
        var sum = 0.0;
        foreach (var measurement in _measurements)
        {
            if (measurement.Metric == metric && measurement.Has(tags))
                sum += measurement.Value;
        }
        return sum;
    }

    /// <summary>How many measurements of a metric there are with these tags.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="tags">Tags the measurements must have; others they may have.</param>
    public int Count(string metric, params ReadOnlySpan<(string Key, object? Value)> tags)
    {
        var count = 0;
        foreach (var measurement in _measurements)
        {
            if (measurement.Metric == metric && measurement.Has(tags))
                count++;
        }
        return count;
    }

    /// <summary>Reads the gauges, as a collection would; what they say joins <see cref="Measurements"/>.</summary>
    public void ReadGauges() => _meterListener.RecordObservableInstruments();

    /// <summary>Forgets what was recorded.</summary>
    public void Clear()
    {
        _calls.Clear();
        _measurements.Clear();
        _spans.Clear();
    }

    /// <summary>Stops to record.</summary>
    public void Dispose()
    {
        _telemetry.Recorded -= _calls.Enqueue;
        _meterListener.Dispose();
        _activityListener.Dispose();
    }

    void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (value != 0 || instrument is not Counter<long>) // a counter opened at 0 has not counted anything yet
            _measurements.Enqueue(new RecordedMeasurement(instrument.Name, value, tags.ToArray()));
        if (Array.Find(TelemetryCatalog.Metrics, metric => metric.Name == instrument.Name && metric.Meter == instrument.Meter.Name) is not { } definition)
        {
            _offCatalogue[$"metric {instrument.Name}"] = true;
            return;
        }
        foreach (var (key, tag) in tags)
        {
            if (definition.TakesDimensions && Array.IndexOf(TagKeys.Dimensions, key) >= 0)
                continue;
            if (Array.Find(definition.Tags, known => known.Key == key) is not { } known)
                _offCatalogue[$"tag {key} of {instrument.Name}"] = true;
            else if (known.Values.Length > 0 && Array.IndexOf(known.Values, tag) < 0)
                _offCatalogue[$"value {tag} of {key} of {instrument.Name}"] = true;
        }
    }

    void Take(Activity span)
    {
        _spans.Enqueue(span);
        if (Array.Find(TelemetryCatalog.Spans, known => known.Covers(span.OperationName)) is not { } definition)
        {
            _offCatalogue[$"span {span.OperationName}"] = true;
            return;
        }
        foreach (var (key, _) in span.TagObjects)
        {
            if (Array.IndexOf(definition.Attributes, key) < 0 && Array.IndexOf(TagKeys.Dimensions, key) < 0 && Array.IndexOf(SpanDefinition.CompatibilityAttributes, key) < 0)
                _offCatalogue[$"attribute {key} of {span.OperationName}"] = true;
        }
    }
}
