using AiTelemetry;
using AiTelemetry.Catalog;
using Microsoft.Extensions.Options;

namespace OpenTelemetry.Metrics;

/// <summary>Adds AiTelemetry's metrics to a provider that the app sets up itself.</summary>
public static class AiTelemetryMeterProviderBuilderExtensions
{
    /// <summary>The cardinality limit the SDK has of itself.</summary>
    const int SdkLimit = 2000;

    /// <summary>Listens to AiTelemetry's meters. Not needed where <c>services.AddAiTelemetry()</c> shares the services with the provider.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MeterProviderBuilder AddAiTelemetry(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(TelemetryCatalog.MeterName, TelemetryCatalog.CompatibilityMeterName, TelemetryCatalog.GenAiMeterName);
    }

    /// <summary>Lets the SDK keep as many series as our own caps allow. Within the SDK's own limit no view is made: it would double an app's own.</summary>
    internal static MeterProviderBuilder AddCardinalityLimits(this MeterProviderBuilder builder, IOptions<AiTelemetryOptions> options)
    {
        var models = options.Value.MaxModels + 1L; // and other
        var dimensioned = models * (options.Value.MetricDimensions.Count > 0 ? options.Value.MaxDimensionValues + 1L : 1L);
        return builder.AddView(instrument =>
        {
            if (Array.Find(TelemetryCatalog.Metrics, metric => metric.Name == instrument.Name && metric.Meter == instrument.Meter.Name) is not { } definition)
                return null;
            var tools = definition.Tags.Any(tag => tag.Key is TagKeys.ServerId or TagKeys.FactoryType);
            var names = tools ? options.Value.MaxTools + options.Value.MaxServers + 1L : definition.TakesDimensions ? dimensioned : models;
            var series = definition.Tags.Aggregate(names, (product, tag) => product * Math.Max(1, tag.Values.Length));
            return series <= SdkLimit ? null : new MetricStreamConfiguration { CardinalityLimit = (int)Math.Min(series, 1_000_000) };
        });
    }
}
