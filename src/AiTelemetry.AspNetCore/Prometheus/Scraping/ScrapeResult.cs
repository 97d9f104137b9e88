using AiTelemetry.AspNetCore.Prometheus.Exposition;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>What a scrape gets: a page, which the caller releases, or the reason why there is none.</summary>
internal readonly record struct ScrapeResult(MetricsPage? Page, string? Failure);
