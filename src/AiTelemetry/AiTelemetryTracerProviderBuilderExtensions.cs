using AiTelemetry.Catalog;

namespace OpenTelemetry.Trace;

/// <summary>Adds AiTelemetry's spans to a provider that the app sets up itself.</summary>
public static class AiTelemetryTracerProviderBuilderExtensions
{
    /// <summary>Listens to AiTelemetry's activity source. Not needed where <c>services.AddAiTelemetry()</c> shares the services with the provider.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TracerProviderBuilder AddAiTelemetry(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(TelemetryCatalog.ActivitySourceName);
    }
}
