using System.Globalization;
using System.Net;
using AiTelemetry.AspNetCore.Prometheus.Exposition;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.AspNetCore.Prometheus.Scraping;

/// <summary>Answers one HTTP request with the page.</summary>
/// <remarks>
/// Status: 200; 400 host not allowed; 401 token missing or wrong; 500 collection failed, with the reason; 503 it took longer than the scraper waits.
/// Nothing is sent before the page is complete, and its length is told, so a scraper never takes a part for the whole.
/// </remarks>
internal sealed class MetricsEndpoint(Scraper scraper, PrometheusExporterOptions options, TimeProvider time, ILogger logger, IPAddress? listensOn)
{
    const int Segment = 64 * 1024;

    readonly ScrapeGuard _guard = new(options, listensOn);

    public async Task HandleAsync(HttpContext context)
    {
        if (_guard.Check(context.Request) is { Status: not 0 } refused)
        {
            Log.Refused(logger, refused.Status, refused.Reason, null);
            if (refused.Status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(context, refused.Status, refused.Reason).ConfigureAwait(false);
            return;
        }

        var timeout = Timeout(context.Request);
        using var late = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            var format = AcceptHeaders.Format(context.Request);
            var (page, failure) = await scraper.ScrapeAsync(format, timeout, stop.Token).ConfigureAwait(false);
            if (page is null)
            {
                await RefuseAsync(context, StatusCodes.Status500InternalServerError, failure!).ConfigureAwait(false);
                return;
            }

            try
            {
                await SendAsync(context, page, format, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                page.Release();
            }
        }
        catch (OperationCanceledException) when (!late.IsCancellationRequested)
        {
            Log.Gone(logger, null);
        }
        catch (Exception fault) when (fault is OperationCanceledException or TimeoutException)
        {
            Log.TimedOut(logger, timeout.TotalSeconds, null);
            await GiveUpAsync(context, StatusCodes.Status503ServiceUnavailable, "The scrape took longer than the scraper waits.").ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Log.Failed(logger, fault);
            await GiveUpAsync(context, StatusCodes.Status500InternalServerError, "The page could not be sent; the log of the app says why.").ConfigureAwait(false);
        }
    }

    async Task SendAsync(HttpContext context, MetricsPage page, ExpositionFormat format, CancellationToken stop)
    {
        var gzip = options.Compression && AcceptHeaders.AllowGzip(context.Request);
        var body = gzip ? await page.CompressAsync().ConfigureAwait(false) : page.Body;
        stop.ThrowIfCancellationRequested();

        var response = context.Response;
        response.ContentType = format == ExpositionFormat.OpenMetrics ? AcceptHeaders.OpenMetricsType : AcceptHeaders.TextType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (gzip)
            response.Headers.ContentEncoding = "gzip";

        // In segments, so that a slow scraper holds back the writing and not a second copy of the page.
        for (var at = 0; at < body.Length; at += Segment)
            await response.BodyWriter.WriteAsync(body.Slice(at, Math.Min(Segment, body.Length - at)), stop).ConfigureAwait(false);
    }

    TimeSpan Timeout(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-Prometheus-Scrape-Timeout-Seconds", out var header)
            && double.TryParse(header, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0.001 && seconds < options.ScrapeTimeout.TotalSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return options.ScrapeTimeout;
    }

    static async Task GiveUpAsync(HttpContext context, int status, string reason)
    {
        if (context.Response.HasStarted)
        {
            // The scraper has a part of the page: break the connection, so that it cannot take it for the whole.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await RefuseAsync(context, status, reason).ConfigureAwait(false);
    }

    static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }

    static class Log
    {
        public static readonly Action<ILogger, int, string, Exception?> Refused = LoggerMessage.Define<int, string>(
            LogLevel.Debug, new EventId(20, nameof(Refused)), "A scrape was refused with {Status}: {Reason}");

        public static readonly Action<ILogger, double, Exception?> TimedOut = LoggerMessage.Define<double>(
            LogLevel.Warning, new EventId(21, nameof(TimedOut)), "A scrape was given up after {Seconds} s, the time it may take.");

        public static readonly Action<ILogger, Exception?> Gone = LoggerMessage.Define(
            LogLevel.Debug, new EventId(22, nameof(Gone)), "A scraper went away before it had the page.");

        public static readonly Action<ILogger, Exception?> Failed = LoggerMessage.Define(
            LogLevel.Error, new EventId(23, nameof(Failed)), "A scrape failed while the page was sent.");
    }
}
