using System.Text;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Answers that are not what they should be: the app gets its bytes, and what cannot be known is unknown, never zero.</summary>
public class BadBodyTests
{
    static readonly string[] Formats = ["chat", "responses", "messages", "gemini"];

    static readonly Dictionary<string, Func<byte[]>> Bodies = new(StringComparer.Ordinal)
    {
        ["nothing"] = () => [],
        ["white space"] = () => "  \r\n\t "u8.ToArray(),
        ["html"] = () => "<html><body>Bad gateway, \"usage\":{\"prompt_tokens\":3}</body></html>"u8.ToArray(),
        ["text"] = () => "upstream connect error or disconnect/reset before headers"u8.ToArray(),
        ["a number"] = () => "42"u8.ToArray(),
        ["null"] = () => "null"u8.ToArray(),
        ["a string"] = () => "\"usage\""u8.ToArray(),
        ["an empty object"] = () => "{}"u8.ToArray(),
        ["an empty array"] = () => "[]"u8.ToArray(),
        ["not quite json"] = () => "{usage: {prompt_tokens: 1}}"u8.ToArray(),
        ["wrong types"] = () => """{"id":7,"model":["x"],"choices":"none","candidates":{"0":1},"usage":{"prompt_tokens":"12","completion_tokens":-3,"input_tokens":1.5,"output_tokens":{}},"usageMetadata":{"promptTokenCount":true,"candidatesTokenCount":[7]}}"""u8.ToArray(),
        ["usage that is no object"] = () => """{"usage":[1,2,3],"usageMetadata":"none","model":"m"}"""u8.ToArray(),
        ["impossible numbers"] = () => """{"usage":{"prompt_tokens":99999999999999999999,"completion_tokens":1e400,"input_tokens":-0.5,"output_tokens":2147483648},"usageMetadata":{"promptTokenCount":1e99,"candidatesTokenCount":-1}}"""u8.ToArray(),
        ["a million levels of arrays"] = () => [.. """{"choices":"""u8, .. Enumerable.Repeat((byte)'[', 1_000_000), .. Enumerable.Repeat((byte)']', 1_000_000), (byte)'}'],
        ["a million levels of objects"] = () => Encoding.UTF8.GetBytes($"{{\"output\":{string.Concat(Enumerable.Repeat("{\"usage\":", 1_000_000))}1{new string('}', 1_000_001)}"),
        ["a million levels, never closed"] = () => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[{\"candidates\":", 500_000))),
        ["a key of a megabyte"] = () => Encoding.UTF8.GetBytes($"{{\"{new string('k', 1 << 20)}\":1,\"model\":\"m\"}}"),
        ["bytes that are no UTF-8"] = () => [.. """{"model":"""u8, (byte)'"', 0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, (byte)'"', .. ""","id":"\uD800"}"""u8],
        ["events of nothing"] = () => "event: ping\n\n: comment\n\nid: 3\nretry: 1\n\ndata\n\n"u8.ToArray(),
        ["events of garbage"] = () => "data: {\n\ndata: }\n\ndata: [DO\n\ndata: {\"usage\":\n\ndata:data:data:\n\n"u8.ToArray(),
        ["zeros"] = () => new byte[10_000],
    };

    public static TheoryData<string, string, bool> Rows()
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (var format in Formats)
        {
            foreach (var body in Bodies.Keys)
            {
                rows.Add(format, body, false);
                rows.Add(format, body, true);
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_bad_body_reaches_the_app_and_its_usage_is_unknown(string format, string body, bool streaming)
    {
        var bytes = Bodies[body]();
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync(format, streaming);
        using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(bytes, () => 5000))));
        using var request = fixture.Request();

        using (var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(default, record.Usage);
        Assert.NotEqual(UsageStatus.Reported, record.UsageStatus);
        Assert.Null(record.Cost.Usd);
        Assert.Equal(0, app.Recorder.Count("llm_provider_tokens_total"));
        Assert.Equal(0, app.Recorder.Count("llm_provider_cost_usd_total"));
        Assert.Equal(1, app.Recorder.Count("llm_provider_calls_without_usage_total"));
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
    }

    [Theory]
    [InlineData("html")]
    [InlineData("text")]
    [InlineData("not quite json")]
    [InlineData("zeros")]
    public async Task A_body_that_is_no_answer_at_all_is_recorded_as_unreadable(string body)
    {
        foreach (var format in Formats)
        {
            using var app = new TestApp();
            var fixture = await Fixture.OfAsync(format, streaming: false);
            using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(Bodies[body](), () => 5000))));

            using (await http.SendAsync(fixture.Request()))
            {
            }

            Assert.Equal(UsageStatus.Unreadable, Assert.Single(app.Recorder.Calls).UsageStatus);
            Assert.Equal(1, app.Recorder.Count("llm_provider_calls_without_usage_total", ("reason", "unreadable")));
        }
    }

    [Theory]
    [InlineData("html")]
    [InlineData("not quite json")]
    public async Task A_refusal_that_cannot_be_read_misses_no_usage(string body)
    {
        foreach (var format in Formats)
        {
            using var app = new TestApp();
            var fixture = await Fixture.OfAsync(format, streaming: false);
            using var http = app.Client(new InMemoryHandler(_ =>
            {
                var response = fixture.Response(new PiecedStream(Bodies[body](), () => 5000));
                response.StatusCode = System.Net.HttpStatusCode.BadGateway;
                return response;
            }));

            using (await http.SendAsync(fixture.Request()))
            {
            }

            Assert.Equal(("error", UsageStatus.Absent), (Assert.Single(app.Recorder.Calls).Outcome, app.Recorder.Calls[0].UsageStatus));
            Assert.Equal(0, app.Recorder.Count("llm_provider_calls_without_usage_total"));
        }
    }

    [Fact]
    public async Task A_whole_answer_cut_anywhere_never_gives_tokens_that_were_not_sent()
    {
        foreach (var fixture in await Fixture.AllAsync())
        {
            for (var cut = 5; cut < fixture.Body.Length; cut += 7)
            {
                using var app = new TestApp();
                var sent = cut;
                using var http = app.Client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(fixture.Body.AsMemory(0, sent), () => 61))));
                using (await http.SendAsync(fixture.Request()))
                {
                }
                var record = Assert.Single(app.Recorder.Calls);
                Assert.InRange(record.Usage.Input ?? 0, 0, fixture.Usage.Input!.Value);
                Assert.InRange(record.Usage.Output ?? 0, 0, fixture.Usage.Output!.Value);
                if (!fixture.Streaming && fixture.Body.AsSpan(cut).IndexOfAnyExcept("\r\n "u8) >= 0)
                    Assert.True(record.Outcome != "success", $"{fixture} cut at {cut} is a success");
            }
        }
    }
}
