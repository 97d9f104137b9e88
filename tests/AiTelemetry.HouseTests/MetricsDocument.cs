using System.Globalization;
using System.Text;
using AiTelemetry.Catalog;

namespace AiTelemetry.HouseTests;

/// <summary>Writes METRICS.md from the catalogue.</summary>
internal static class MetricsDocument
{
    const string Head = """
        # Metrics and spans

        Made from `TelemetryCatalog`; change it there. The names are a contract: they come out in Prometheus as they stand here, through OpenTelemetry's own exporters, a
        collector, or Prometheus' OTLP receiver. A tag without values takes open ones (models, hosts, tools), which are capped: those over the cap are `other`.
        Models go by the price list's name, without a date or region that does not change the price: `gpt-4o-mini-2024-07-18` is `gpt-4o-mini`, but
        `gpt-4o-2024-05-13`, which costs more than `gpt-4o`, stays itself, and a fine-tuned model is its base (`ft:gpt-4o-mini`). Spans and records have the exact names.
        Of several rate limits of one kind the gauges show the one without a window, else the minute's, else the shortest; records have them all.


        """;

    // The table "How a call ends", as ProviderCall judges it.
    const string Ends = """
        ## How a call ends

        A call is recorded once, at the first of these.

        | what happens | outcome | usage | duration stops at |
        |---|---|---|---|
        | the format's last event (`[DONE]`, `message_stop`, `response.completed`, ...), the last byte of the announced length, or the end of the body after a finish reason | `success` | as reported; absent if the provider gave none | that event or byte |
        | status 429 | `rate_limited` | as given | the end of the error body, or dispose |
        | status 408 or 504 | `timeout` | as given | the same |
        | any other status from 400 on | `error`, by status and the provider's own error type | as given | the same |
        | an error event inside a stream of status 200 | `error`, `rate_limited` or `timeout`, by the provider's own type | partial | that event |
        | the end of the body, or a broken connection, before the last event or a finish reason | `error`, error_type `connection` | partial | there |
        | the app disposes or stops reading before the last event | `cancelled` | partial | dispose |
        | a cancellation | `timeout` if a `TimeoutException` is in the chain or the client's known timeout is over, else `cancelled` | partial | the exception |
        | an exception instead of a response | `timeout` or `cancelled` as above, else `error`, error_type `connection` | absent | the exception |
        | the response is neither read nor disposed | `cancelled` | absent | when it is collected |

        An app that stops after a finish reason, before the usage that may follow it, has a `success` of partial usage.

        An answer that is made in the background (`queued`, `in_progress`) is recorded without usage when it is asked for, and once more, with its usage and cost,
        when fetching it (`GET /responses/ID`, `GET /threads/ID/runs/ID`) first shows it complete. That second record has no part in durations, requests in flight or retries. All other
        fetches of stored answers are no calls.

        | error_type | when |
        |---|---|
        | `auth` | status 401, 403 or 407, or the provider says so (`invalid_api_key`, `PERMISSION_DENIED`, ...) |
        | `rate_limit` | status 429, or the provider says so |
        | `invalid_request` | any other status from 400 to 499, or the provider says so |
        | `server_error` | a status from 500 on, or the provider says so (`overloaded_error`, `UNAVAILABLE`, ...) |
        | `timeout` | outcome `timeout` |
        | `connection` | the connection broke, or the answer ended in the middle |
        | `content_filter` | the provider refused for its content policy |
        | `cancelled` | outcome `cancelled` |
        | `unknown` | an error inside an answer whose type is none of the known ones |

        """;

    static readonly (string Meter, string Title, string Text)[] Meters =
    [
        (TelemetryCatalog.MeterName, "Calls, tools, usage", "Always on; `llm_usage_persist_*` where a ledger was added."),
        (TelemetryCatalog.GenAiMeterName, "OpenTelemetry semantic conventions",
            $"Always on. The names of the conventions' version of the schema `{TelemetryCatalog.SchemaUrl}`."),
        (TelemetryCatalog.CompatibilityMeterName, "Compatibility",
            "Off unless `CompatibilityNames` is on. Recorded beside the others, for dashboards that know these names. The `openai_*` ones count calls of the provider `openai`."),
    ];

    public static string Write()
    {
        var text = new StringBuilder(Head);
        foreach (var (meter, title, note) in Meters)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {title} (meter `{meter}`)\n\n{note}\n\n");
            Table(text, TelemetryCatalog.Metrics.Where(metric => metric.Meter == meter));
        }
        text.Append(CultureInfo.InvariantCulture, $"Metrics marked with * also carry the dimensions ({Code(TagKeys.Dimensions)}) that the app chose for metrics.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"## Spans (source `{TelemetryCatalog.ActivitySourceName}`)\n\n");
        foreach (var span in TelemetryCatalog.Spans)
            Span(text, span);
        return text.Append(Ends).ToString();
    }

    /// <summary>The name that Prometheus shows: <see href="https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/"/>.</summary>
    public static string PrometheusName(MetricDefinition metric)
    {
        var name = metric.Name.Replace('.', '_');
        if (metric.Unit == "s" && !name.EndsWith("_seconds", StringComparison.Ordinal))
            name += "_seconds";
        return metric.Kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    static void Table(StringBuilder text, IEnumerable<MetricDefinition> metrics)
    {
        text.Append("| metric | kind, unit | tags (values) | meaning |\n|---|---|---|---|\n");
        foreach (var metric in metrics)
        {
            var prometheus = PrometheusName(metric);
            text.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}`{(metric.TakesDimensions ? "*" : "")}{(prometheus == metric.Name ? "" : $"<br>in Prometheus `{prometheus}`")} | ");
            text.Append(Kind(metric)).Append(metric.Unit.Length == 0 ? "" : $", {metric.Unit}").Append(" | ");
            text.AppendJoin("<br>", metric.Tags.Select(tag => $"`{tag.Key}`{(tag.Values.Length == 0 ? "" : $" ({string.Join(", ", tag.Values)})")}")).Append(" | ");
            text.Append(metric.Description).Append(metric.Buckets.Length == 0 ? "" : $"<br>Buckets: {string.Join(' ', metric.Buckets.Select(Number))}").Append(" |\n");
        }
        text.Append('\n');
    }

    static void Span(StringBuilder text, SpanDefinition span)
    {
        text.Append(CultureInfo.InvariantCulture, $"### `{span.DisplayName}`\n\n{span.Description} Kind client; started as `{span.OperationName}`, which is what samplers see. ");
        text.Append("The status is an error where the call failed; `cancelled` is none. An exception is recorded by type and stack trace, without its message, which may quote keys or prompts.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Attributes: {Code(span.Attributes)}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"The dimensions the app set come along: {Code(TagKeys.Dimensions)}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"With `CompatibilityNames` on, the exported name is `{span.CompatibilityName}`, and these come along: {Code(SpanDefinition.CompatibilityAttributes)}.\n\n");
    }

    static string Code(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    static string Kind(MetricDefinition metric) => metric.Kind switch
    {
        MetricKind.UpDownCounter => "up-down counter",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    static string Number(double number) => number.ToString("0.################", CultureInfo.InvariantCulture);
}
