using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Quickstart.Usage;

namespace Quickstart;

/// <summary>What was called, what it cost, what went wrong, and where to point Prometheus: one page without a script, made anew at each request.</summary>
internal static class StatusPage
{
    const string MetricsPath = "/metrics";

    const string Style = """
        :root { color-scheme: light dark; --line: #8883; --quiet: #888; --bad: #c0392b; --warn: #b7791f; --good: #2e8b57; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; } p { margin: .25rem 0; }
        .quiet { color: var(--quiet); } .bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); }
        .sums { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.25rem 0; padding: 0; list-style: none; }
        .sums b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
        th { color: var(--quiet); font-weight: normal; text-align: left; } th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        .n { text-align: right; font-variant-numeric: tabular-nums; } tfoot td { font-weight: bold; border-bottom: 0; }
        pre { background: var(--line); padding: .75rem 1rem; border-radius: .4rem; overflow-x: auto; } code { font: 13px/1.5 ui-monospace, monospace; }
        """;

    /// <summary>Serves the page at <c>/</c>.</summary>
    public static void MapStatusPage(this WebApplication app) => app.MapGet("/", (HttpContext context, CallBook book) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        var metrics = routes.Any(route => route.RoutePattern.RawText == MetricsPath) ? context.Request.Host.Value : null;
        return Results.Content(Render(book.Read(), metrics, app.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]), "text/html; charset=utf-8");
    });

    /// <param name="page">What was measured.</param>
    /// <param name="metrics">Where Prometheus can fetch metrics, <c>host:port</c>; null where it cannot.</param>
    /// <param name="otlp">Where metrics and spans are exported to; null where they are not.</param>
    internal static string Render(BookPage page, string? metrics, string? otlp)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.Append("<meta http-equiv=\"refresh\" content=\"5\">");
        html.Append("<title>AiTelemetry quickstart</title><style>").Append(Style).Append("</style></head><body><h1>AiTelemetry quickstart</h1>");
        if (page.Changed is { } changed)
            AppendUsage(html, page, changed);
        else
            html.Append("<p>The first calls are under way. This page looks again every 5 seconds.</p>");
        AppendExports(html, metrics, otlp);
        return html.Append("</body></html>").ToString();
    }

    static void AppendUsage(StringBuilder html, BookPage page, DateTimeOffset changed)
    {
        html.Append("<p class=\"quiet\">What this app's LLM calls used and cost, as AiTelemetry measured them. ");
        html.Append(CultureInfo.InvariantCulture, $"As of {changed:yyyy-MM-dd HH:mm:ss} UTC; this page looks again every 5 seconds.</p>");
        AppendSums(html, page.Total);
        AppendTable(html, page);
        AppendTroubles(html, page);
    }

    static void AppendSums(StringBuilder html, ModelUsage total)
    {
        html.Append("<ul class=\"sums\">");
        Sum(Words.Count(total.Calls), "calls");
        Sum(Words.Cost(total.Cost), $"cost: {Words.Trust(total.Cost)}");
        Sum(Words.Count(total.Input), "tokens in");
        Sum(Words.Count(total.Output), "tokens out");
        Sum(Words.Count(total.Cached), "of those in, cached");
        Sum(Words.Count(total.Errors), "did not succeed");
        html.Append("</ul>");

        void Sum(string value, string name) => html.Append("<li><b>").Append(Text(value)).Append("</b><span class=\"quiet\">").Append(Text(name)).Append("</span></li>");
    }

    static void AppendTable(StringBuilder html, BookPage page)
    {
        html.Append("<h2>What was called</h2><div class=\"wide\"><table><thead><tr><th>provider<th>model");
        foreach (var name in new[] { "calls", "in", "out", "cached", "cost" })
            html.Append("<th class=\"n\">").Append(name);
        html.Append("<th>cost is<th class=\"n\">p50<th class=\"n\">p95<th class=\"n\">1st token<th class=\"n\">errors</tr></thead><tbody>");
        foreach (var row in page.Rows)
            AppendRow(html, row);
        html.Append("</tbody><tfoot>");
        AppendRow(html, page.Total);
        html.Append("</tfoot></table></div><p class=\"quiet\">Times are those of successful calls. A retry is a call of its own.</p>");
    }

    static void AppendRow(StringBuilder html, ModelUsage row)
    {
        html.Append("<tr><td>").Append(Text(row.Provider)).Append("<td>").Append(Text(row.Model));
        foreach (var number in new[] { row.Calls, row.Input, row.Output, row.Cached })
            html.Append("<td class=\"n\">").Append(Words.Count(number));
        var trust = Words.Trust(row.Cost);
        html.Append("<td class=\"n\">").Append(Text(Words.Cost(row.Cost)));
        html.Append("<td class=\"").Append(trust is "exact" or "-" ? "quiet" : "warn").Append("\">").Append(Text(trust));
        foreach (var time in new[] { row.Median, row.Slow, row.FirstToken })
            html.Append("<td class=\"n\">").Append(Text(Words.Time(time)));
        html.Append("<td class=\"n").Append(row.Errors > 0 ? " bad" : "").Append("\">").Append(Words.Count(row.Errors)).Append("</tr>");
    }

    static void AppendTroubles(StringBuilder html, BookPage page)
    {
        html.Append("<h2>What did not succeed</h2>");
        if (page.Troubles.Count == 0)
        {
            html.Append("<p class=\"good\">Nothing: every call succeeded.</p>");
            return;
        }
        if (page.Total.Errors > page.Troubles.Count)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">The last {page.Troubles.Count} of {page.Total.Errors:N0}.</p>");
        html.Append("<div class=\"wide\"><table><thead><tr><th>when (UTC)<th>outcome<th>provider<th>model<th>what happened</tr></thead><tbody>");
        foreach (var call in page.Troubles.Reverse())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{call.StartedAt:HH:mm:ss}<td class=\"{(call.Outcome == "error" ? "bad" : "warn")}\">{call.Outcome}<td>");
            html.Append(Text(call.Provider)).Append("<td>").Append(Text(call.ResponseModel ?? call.RequestModel ?? "(not named)")).Append("<td>").Append(Text(Words.Trouble(call))).Append("</tr>");
        }
        html.Append("</tbody></table></div>");
    }

    /// <summary>Says only what is so: a page that names an endpoint that is not there helps nobody.</summary>
    static void AppendExports(StringBuilder html, string? metrics, string? otlp)
    {
        html.Append("<h2>Where the numbers go</h2>");
        if (metrics is not null)
        {
            html.Append("<p>Prometheus can fetch them at <a href=\"").Append(MetricsPath).Append("\">").Append(MetricsPath).Append("</a>. In its configuration:</p><pre><code>");
            html.Append("scrape_configs:\n  - job_name: aitelemetry-quickstart\n    static_configs:\n      - targets: ['").Append(Text(metrics)).Append("']</code></pre>");
        }
        else
        {
            html.Append("<p>Prometheus: this app has no <code>").Append(MetricsPath).Append("</code> endpoint. A Prometheus with the OTLP receiver, or a collector, takes them by OTLP.</p>");
        }
        html.Append(otlp is null
            ? "<p>OTLP: set <code>OTEL_EXPORTER_OTLP_ENDPOINT</code> and start again to export metrics and spans.</p>"
            : $"<p>OTLP: metrics and spans are exported to <code>{Text(otlp)}</code>.</p>");
    }

    static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
