using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AiTelemetry.Tests.Calls;

[Collection("Alone")]
public class AllocationTests
{
    const string Url = "https://api.openai.com/v1/chat/completions";
    static readonly byte[] Request = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray();
    static readonly byte[] Json = Answer(new string('x', 800));
    static readonly byte[] LongJson = Answer(string.Concat(Enumerable.Repeat("a line with \\\"quotes\\\" in it\\n", 256)));
    static readonly byte[] Events = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}],"usage":null}""" + "\n\n", 2000))
        + """data: {"id":"chatcmpl-1","model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""" + "\n\n"
        + """data: {"id":"chatcmpl-1","model":"gpt-4o-2024-08-06","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200}}""" + "\n\ndata: [DONE]\n\n");

    [Fact]
    public void Nothing_is_allocated_when_nothing_listens() => Assert.Equal(0, Extra(metrics: false, spans: false, Url, Json));

    [Fact]
    public void Nothing_is_allocated_for_an_unknown_host() => Assert.Equal(0, Extra(metrics: true, spans: true, "https://example.com/orders/7?x=1", Json));

    [Fact]
    public void A_measured_json_call_allocates_at_most_400_bytes() => Assert.InRange(Extra(metrics: true, spans: false, Url, Json), 1, 400);

    /// <summary>The floor measured on .NET 10: a span with its context, a content and a stream of one's own are 816 bytes, each tag is 44.</summary>
    [Fact]
    public void A_measured_and_traced_json_call_allocates_at_most_a_tenth_more_than_a_span_with_as_many_tags_must()
    {
        var bytes = Extra(metrics: true, spans: true, Url, Json, out var tags);
        Assert.InRange(tags, 10, 30);
        Assert.InRange(bytes, 1, 1.1 * (816 + (44 * tags)));
    }

    [Fact]
    public void A_measured_and_traced_stream_of_2000_events_allocates_what_a_json_call_with_as_many_tags_does()
    {
        var json = Extra(metrics: true, spans: true, Url, Json, out var jsonTags);
        var stream = Extra(metrics: true, spans: true, Url, Events, out var streamTags);
        // A stream has the time to its first token besides, which is boxed.
        Assert.InRange(stream - json, long.MinValue, 24 + (44 * (streamTags - jsonTags)));
    }

    [Fact]
    public void A_measured_body_of_8_KB_in_16_reads_allocates_no_more_than_a_short_one_in_one() =>
        Assert.InRange(Extra(metrics: true, spans: false, Url, LongJson, readSize: LongJson.Length / 16), 1, 400);

    [Fact]
    public void A_measured_stream_whose_reads_cut_every_event_allocates_no_more_than_a_json_call() =>
        Assert.InRange(Extra(metrics: true, spans: false, Url, Events, readSize: 61), 1, 400);

    [Fact]
    public void Headers_that_tell_of_no_rate_limit_allocate_nothing_more() => Assert.InRange(Extra(metrics: true, spans: false, Url, Json, headers: [("x-request-id", "1")]), 1, 400);

    [Fact]
    public void Rate_limits_on_the_gauges_allocate_at_most_160_bytes_more() =>
        Assert.InRange(Extra(metrics: true, spans: false, Url, Json, headers: [("x-ratelimit-limit-requests", "5000"), ("x-ratelimit-remaining-requests", "4999"),
            ("x-ratelimit-reset-requests", "12ms"), ("x-ratelimit-limit-tokens", "30000"), ("x-ratelimit-remaining-tokens", "29987"), ("x-ratelimit-reset-tokens", "6m0s")]), 1, 560);

    [Fact]
    public void Rate_limits_that_nobody_asks_for_allocate_nothing() => Assert.Equal(0, Extra(metrics: false, spans: false, Url, Json, headers: [("x-ratelimit-limit-requests", "5000")]));

    static byte[] Answer(string content) => Encoding.UTF8.GetBytes("""
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"PAD"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,"prompt_tokens_details":{"cached_tokens":512}}}
        """.Replace("PAD", content, StringComparison.Ordinal));

    /// <summary>What a call allocates with our handler beyond what it allocates without, read to the end by the app.</summary>
    static long Extra(bool metrics, bool spans, string url, byte[] body, int readSize = 4096, params (string Name, string Value)[] headers) =>
        Extra(metrics, spans, url, body, out _, readSize, headers);

    static long Extra(bool metrics, bool spans, string url, byte[] body, out int tags, int readSize = 4096, params (string Name, string Value)[] headers)
    {
        var ended = new NoSpans();
        var services = new ServiceCollection();
        services.AddAiTelemetry();
        using var provider = services.BuildServiceProvider();
        using var meters = metrics ? Sdk.CreateMeterProviderBuilder().AddAiTelemetry().AddReader(new BaseExportingMetricReader(new NoMetrics())).Build() : null;
        using var tracers = spans ? Sdk.CreateTracerProviderBuilder().AddAiTelemetry().AddProcessor(new SimpleActivityExportProcessor(ended)).Build() : null;
        using var bare = new HttpMessageInvoker(new Canned(body, headers));
        using var ours = new HttpMessageInvoker(new AiTelemetryHandler(provider, new Canned(body, headers)));
        var (with, without) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 50; round++)
        {
            without = Math.Min(without, OneCall(bare, url, readSize));
            with = Math.Min(with, OneCall(ours, url, readSize));
        }
        tags = ended.LastTags;
        return with - without;
    }

    static long OneCall(HttpMessageInvoker client, string url, int readSize)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url)) { Content = new ByteArrayContent(Request) };
        var buffer = t_buffer ??= new byte[4096];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sending = client.SendAsync(request, CancellationToken.None);
        using var response = sending.Result;
        using var stream = response.Content.ReadAsStream();
        while (stream.Read(buffer, 0, readSize) > 0)
        {
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [ThreadStatic]
    static byte[]? t_buffer;

    sealed class Canned(byte[] body, (string Name, string Value)[] headers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
            foreach (var (name, value) in headers)
                response.Headers.TryAddWithoutValidation(name, value);
            return Task.FromResult(response);
        }
    }

    sealed class NoMetrics : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }

    sealed class NoSpans : BaseExporter<Activity>
    {
        Activity? _last;

        public int LastTags => _last?.TagObjects.Count() ?? 0;

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
                _last = activity;
            return ExportResult.Success;
        }
    }
}

[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneDefinition;
