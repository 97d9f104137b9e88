namespace AiTelemetry.AspNetCore.Prometheus.Exposition;

/// <summary>The two ways a page is written.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus text 0.0.4: what every scraper reads.</summary>
    Text = 0,

    /// <summary>OpenMetrics 1.0.0: with units, exemplars and an end mark.</summary>
    OpenMetrics = 1,
}
