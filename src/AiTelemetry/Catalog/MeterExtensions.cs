using System.Diagnostics.Metrics;

namespace AiTelemetry.Catalog;

/// <summary>Makes instruments from their definitions, so that name, unit, description and buckets are the catalogue's.</summary>
internal static class MeterExtensions
{
    public static Counter<T> Counter<T>(this Meter meter, MetricDefinition definition)
        where T : struct => meter.CreateCounter<T>(definition.Name, Unit(definition), definition.Description);

    public static UpDownCounter<T> UpDownCounter<T>(this Meter meter, MetricDefinition definition)
        where T : struct => meter.CreateUpDownCounter<T>(definition.Name, Unit(definition), definition.Description);

    public static Histogram<T> Histogram<T>(this Meter meter, MetricDefinition definition)
        where T : struct => meter.CreateHistogram(definition.Name, Unit(definition), definition.Description, tags: null,
            new InstrumentAdvice<T> { HistogramBucketBoundaries = Array.ConvertAll(definition.Buckets, bound => (T)Convert.ChangeType(bound, typeof(T), System.Globalization.CultureInfo.InvariantCulture)) });

    public static ObservableUpDownCounter<long> UpDownCounter(this Meter meter, MetricDefinition definition, Func<IEnumerable<Measurement<long>>> observe) =>
        meter.CreateObservableUpDownCounter(definition.Name, observe, Unit(definition), definition.Description);

    public static ObservableGauge<double> Gauge(this Meter meter, MetricDefinition definition, Func<IEnumerable<Measurement<double>>> observe) =>
        meter.CreateObservableGauge(definition.Name, observe, Unit(definition), definition.Description);

    static string? Unit(MetricDefinition definition) => definition.Unit.Length == 0 ? null : definition.Unit;
}
