using AiTelemetry.AspNetCore.Prometheus.Exposition;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>What a scraper wants: the format by quality, and whether it reads gzip.</summary>
internal static class AcceptHeaders
{
    public const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";

    /// <summary>The format of the highest quality, the first of equals; text for whoever names neither.</summary>
    public static ExpositionFormat Format(HttpRequest request)
    {
        var chosen = ExpositionFormat.Text;
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return chosen;

        var best = 0.0;
        foreach (var type in accepted)
        {
            var quality = type.Quality ?? 1;
            if (quality <= best || FormatOf(type) is not { } format)
                continue;
            best = quality;
            chosen = format;
        }

        return chosen;
    }

    /// <summary>Whether gzip may be sent.</summary>
    public static bool AllowGzip(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
            return false;
        foreach (var encoding in accepted)
        {
            if (encoding.Quality is not 0 && encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    static ExpositionFormat? FormatOf(MediaTypeHeaderValue type)
    {
        var version = "";
        foreach (var parameter in type.Parameters)
        {
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
                version = HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
        }

        if (type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
            return version is "" or "1.0.0" ? ExpositionFormat.OpenMetrics : null;
        if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
            return version is "" or "0.0.4" ? ExpositionFormat.Text : null;
        return type.MatchesAllTypes || type.MediaType.Equals("text/*", StringComparison.OrdinalIgnoreCase) ? ExpositionFormat.Text : null;
    }
}
