using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AiTelemetry.Catalog;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;

namespace AiTelemetry.Tests.Otlp;

/// <summary>What a real host exports, as a receiver that nobody here wrote received it.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public class OtlpExportTests
{
    const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}]}""";
    const string Stream = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}],"stream":true,"stream_options":{"include_usage":true}}""";

    static readonly Dictionary<string, string> Limits = new(StringComparer.Ordinal)
    {
        ["x-ratelimit-limit-tokens"] = "1000",
        ["x-ratelimit-remaining-tokens"] = "900",
        ["x-ratelimit-reset-tokens"] = "6m0s",
    };

    [ComponentFact("node", Collector.Module)]
    public Task Every_metric_and_span_arrives_over_http_protobuf() => EverythingArrives(OtlpExportProtocol.HttpProtobuf);

    [ComponentFact("node", Collector.Module)]
    public Task Every_metric_and_span_arrives_over_grpc() => EverythingArrives(OtlpExportProtocol.Grpc);

    [ComponentFact("node", Collector.Module)]
    public async Task Where_to_export_to_can_come_from_the_configuration()
    {
        using var collector = await Collector.StartAsync();
        await using var fake = await FakeProvider.StartAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Http.AbsoluteUri;
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        builder.Services.AddAiTelemetry().AddOtlpExporter();
        using (var host = builder.Build())
        {
            await host.StartAsync();
            using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
            using var request = Request(fake, Chat);
            using var response = await client.SendAsync(request);
            await host.StopAsync();
        }

        await collector.WaitAsync(() => collector.Spans.Count == 1 && collector.Metrics.ContainsKey(TelemetryCatalog.RequestSeconds.Name));
    }

    static async Task EverythingArrives(OtlpExportProtocol protocol)
    {
        using var collector = await Collector.StartAsync();
        await using var fake = await FakeProvider.StartAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddTransient<SendAgain>();
        builder.Services.AddHttpClient("llm").AddHttpMessageHandler<SendAgain>();
        builder.Services.AddAiTelemetry(options =>
        {
            options.MapHost(fake.OpenAi.Authority, "openai");
            options.CompatibilityNames = true;
            options.Dimensions["team"] = "search";
            options.MetricDimensions.Add("team");
            options.FilterCall = static request => request.Headers.Contains("x-fault") ? throw new InvalidOperationException("A filter that throws.") : true;
        }).AddOtlpExporter(options =>
        {
            options.Protocol = protocol;
            options.Endpoint = protocol == OtlpExportProtocol.Grpc ? collector.Grpc : collector.Http;
        });
        var host = builder.Build();
        using var recorder = new TelemetryRecorder(host.Services);
        await host.StartAsync();
        await CallAsync(host, fake);
        await CausedTools.EverythingAsync(host.Services);
        recorder.ReadGauges();
        await host.StopAsync();
        host.Dispose();

        var expected = TelemetryCatalog.Metrics.Where(metric => metric.RecordedBy == "calls").ToArray();
        await collector.WaitAsync(() => expected.All(metric => collector.Metrics.ContainsKey(metric.Name)) && collector.Spans.Count >= recorder.Spans.Count);
        Assert.Empty(recorder.OffCatalogue);
        var metrics = collector.Metrics;
        Assert.All(expected, metric => AssertArrived(metric, metrics[metric.Name], [.. recorder.Measurements.Where(m => m.Metric == metric.Name)]));
        Assert.Equal(expected.Length, metrics.Count);
        var spans = collector.Spans;
        Assert.Equal(recorder.Spans.Count, spans.Count);
        Assert.All(recorder.Spans, span => AssertArrived(span, spans.Single(arrived => (string)arrived.Span["spanId"]! == span.SpanId.ToHexString())));
    }

    static async Task CallAsync(IHost host, FakeProvider fake)
    {
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("llm");
        fake.Reply(new FakeReply { InputTokens = 100, CachedTokens = 40, OutputTokens = 50, ReasoningTokens = 20 }, new FakeReply { Chunks = 5 },
            new FakeReply { Model = "a-model-without-a-price" }, new FakeReply { IncludeUsage = false }, FakeReply.Error(400), FakeReply.RateLimited(TimeSpan.Zero),
            new FakeReply { Headers = Limits }, FakeReply.Raw("""{"usage":{"prompt_tokens":-1}}"""));
        foreach (var body in (string[])[Chat, Stream, Chat, Chat, Chat, Chat, Chat])
        {
            using var request = Request(fake, body);
            using var response = await client.SendAsync(request);
        }
        host.Services.GetRequiredService<ProviderCallRecorder>().Record(new()
        {
            Provider = "openai",
            Model = "gpt-4o",
            Usage = new TokenUsage { Input = 1000, Output = 1000 },
            Duration = TimeSpan.FromSeconds(1),
            ReportedUsd = 1m, // not what the catalogue says
        });
        using var faulty = Request(fake, Chat);
        faulty.Headers.Add("x-fault", "1");
        using var unmeasured = await client.SendAsync(faulty);
    }

    static HttpRequestMessage Request(FakeProvider fake, string body) =>
        new(HttpMethod.Post, new Uri(fake.OpenAi, "v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    static void AssertArrived(MetricDefinition metric, OtlpMetric arrived, RecordedMeasurement[] recorded)
    {
        Assert.Equal((metric.Meter, metric.Unit, metric.Description), (arrived.Meter, arrived.Unit, arrived.Description));
        Assert.Equal(metric.Meter == TelemetryCatalog.GenAiMeterName ? TelemetryCatalog.SchemaUrl : null, arrived.SchemaUrl is "" ? null : arrived.SchemaUrl);
        Assert.Equal((metric.Kind is MetricKind.Counter or MetricKind.UpDownCounter ? "sum" : metric.Kind.ToString().ToLowerInvariant(), metric.Kind == MetricKind.Counter), (arrived.Kind, arrived.IsMonotonic));
        var series = recorded.GroupBy(measurement => OtlpMetric.Key(measurement.Tags), StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(series);
        var points = arrived.Points.ToDictionary(point => OtlpMetric.Key(OtlpMetric.Attributes(point)), StringComparer.Ordinal);
        if (metric.Kind == MetricKind.Gauge)
        {
            // A reset comes nearer until it is exported; one that is minutes away is still minutes away then.
            var last = series.ToDictionary(measurements => measurements.Key, measurements => measurements.Last().Value, StringComparer.Ordinal);
            Assert.All(points, point => Assert.InRange(OtlpMetric.Value(point.Value), metric == TelemetryCatalog.RateLimitReset ? last[point.Key] - 60 : last[point.Key], last[point.Key]));
            Assert.Contains(points.Values, point => OtlpMetric.Value(point) > 0);
            return;
        }
        Assert.All(points.ExceptBy(series.Select(measurements => measurements.Key), point => point.Key), point => Assert.Equal(0, OtlpMetric.Value(point.Value))); // opened, and not counted
        foreach (var measurements in series)
        {
            var point = points[measurements.Key];
            Assert.Equal(measurements.Sum(measurement => measurement.Value), OtlpMetric.Value(point), 1e-9);
            if (metric.Kind != MetricKind.Histogram)
                continue;
            Assert.Equal(measurements.Count(), OtlpMetric.Count(point));
            Assert.Equal(metric.Buckets, arrived.Bounds(point));
        }
    }

    static void AssertArrived(Activity span, (JsonNode Scope, JsonNode Span) arrived)
    {
        Assert.Equal(TelemetryCatalog.ActivitySourceName, (string)arrived.Scope["scope"]!["name"]!);
        Assert.Equal(TelemetryCatalog.SchemaUrl, (string?)arrived.Scope["schemaUrl"]);
        var definition = TelemetryCatalog.Spans.Single(known => known.Covers(span.OperationName));
        Assert.Equal(definition.CompatibilityName, (string)arrived.Span["name"]!);
        Assert.Equal("SPAN_KIND_CLIENT", (string)arrived.Span["kind"]!);
        Assert.Equal(span.TraceId.ToHexString(), (string)arrived.Span["traceId"]!);
        Assert.Equal(span.Status == ActivityStatusCode.Error ? "STATUS_CODE_ERROR" : null, (string?)arrived.Span["status"]?["code"] is "STATUS_CODE_ERROR" ? "STATUS_CODE_ERROR" : null);
        Assert.Equal(OtlpMetric.Key(span.TagObjects), OtlpMetric.Key(OtlpMetric.Attributes(arrived.Span)));
        var ended = (DateTimeOffset)(span.StartTimeUtc + span.Duration);
        Assert.Equal(ended.ToUnixTimeMilliseconds(), long.Parse((string)arrived.Span["endTimeUnixNano"]!, CultureInfo.InvariantCulture) / 1_000_000);
    }

    /// <summary>An app's own retry: the same request once more after a 429.</summary>
    sealed class SendAgain : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode != System.Net.HttpStatusCode.TooManyRequests)
                return response;
            response.Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
