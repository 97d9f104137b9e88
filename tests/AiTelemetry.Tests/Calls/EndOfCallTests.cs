using System.Net;
using System.Text;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

/// <summary>The table "How a call ends", row by row, with the clock in hand.</summary>
public class EndOfCallTests
{
    const string OpenAi = "https://api.openai.com/v1/chat/completions";
    const string Anthropic = "https://api.anthropic.com/v1/messages";
    const string Start = """data: {"type":"message_start","message":{"id":"msg_1","model":"claude-haiku-4-5","usage":{"input_tokens":20,"cache_read_input_tokens":100,"output_tokens":1}}}""" + "\n\n";
    const string Delta = """data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""" + "\n\n";
    const string Usage = """data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}""" + "\n\n";
    const string Stop = """data: {"type":"message_stop"}""" + "\n\n";

    [Fact]
    public async Task A_stream_ends_at_its_last_event_whether_or_not_the_app_reads_on()
    {
        var run = await RunAsync(Anthropic, Start, "event: ping\ndata: {\"type\":\"ping\"}\n\n", Delta, Usage, Stop);

        var call = Assert.Single(run.Calls);
        Assert.Equal("success", call.Outcome);
        Assert.Equal(UsageStatus.Reported, call.UsageStatus);
        Assert.Equal((120, 9, 100), (call.Usage.Input, call.Usage.Output, call.Usage.CacheRead));
        Assert.Equal(["end_turn"], call.FinishReasons);
        // One second passes before each piece: the first content is the third, the end the fifth.
        Assert.Equal(TimeSpan.FromSeconds(3), call.TimeToFirstToken);
        Assert.Equal(TimeSpan.FromSeconds(5), call.Duration);
    }

    [Fact]
    public async Task A_stream_without_an_end_marker_ends_at_its_finish_reason()
    {
        var run = await RunAsync(OpenAi,
            "data: {\"id\":\"c\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
            "data: {\"id\":\"c\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n",
            "data: {\"id\":\"c\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n", ": bye\n\n");

        var call = Assert.Single(run.Calls);
        Assert.Equal("success", call.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(2), call.TimeToFirstToken);
        Assert.Equal(TimeSpan.FromSeconds(3), call.Duration);
        Assert.Equal(UsageStatus.Absent, call.UsageStatus);
        Assert.Null(call.Usage.Input);
        Assert.Null(call.Cost.Usd);
    }

    [Fact]
    public async Task A_stream_the_app_abandons_is_recorded_once_as_cancelled_with_what_was_said_so_far()
    {
        var run = await RunAsync(Anthropic, stopAfter: 3, Start, Delta, Delta, Usage, Stop);

        var call = Assert.Single(run.Calls);
        Assert.Equal(("cancelled", "cancelled"), (call.Outcome, call.ErrorType));
        Assert.Equal(UsageStatus.Partial, call.UsageStatus);
        Assert.Equal((120, 1), (call.Usage.Input, call.Usage.Output));
        Assert.Equal(CostStatus.Partial, call.Cost.Status);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_an_error_of_the_connection()
    {
        var run = await RunAsync(Anthropic, Start, Delta);

        var call = Assert.Single(run.Calls);
        Assert.Equal(("error", "connection"), (call.Outcome, call.ErrorType));
        Assert.Equal(UsageStatus.Partial, call.UsageStatus);
    }

    [Fact]
    public async Task An_error_inside_a_stream_is_an_error_with_the_providers_type()
    {
        var run = await RunAsync(Anthropic, Start, Delta, """data: {"type":"error","error":{"type":"overloaded_error","message":"secret prompt"}}""" + "\n\n");

        var call = Assert.Single(run.Calls);
        Assert.Equal(("error", "server_error", "overloaded_error"), (call.Outcome, call.ErrorType, call.ProviderErrorType));
        Assert.Equal(TimeSpan.FromSeconds(3), call.Duration);
    }

    [Theory]
    [InlineData(400, "error", "invalid_request")]
    [InlineData(401, "error", "auth")]
    [InlineData(403, "error", "auth")]
    [InlineData(404, "error", "invalid_request")]
    [InlineData(408, "timeout", "timeout")]
    [InlineData(429, "rate_limited", "rate_limit")]
    [InlineData(500, "error", "server_error")]
    [InlineData(504, "timeout", "timeout")]
    [InlineData(529, "error", "server_error")]
    public async Task A_status_from_400_on_decides_the_outcome(int status, string outcome, string errorType)
    {
        using var app = new TestApp();
        using var client = app.Client(_ => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("<html>no JSON</html>") });
        using var response = await client.PostAsync(OpenAi, new StringContent("{}"));

        var call = Assert.Single(app.Recorder.Calls);
        Assert.Equal((outcome, errorType, status), (call.Outcome, call.ErrorType, call.StatusCode));
        Assert.Equal(1, app.Recorder.Sum("llm_provider_errors_total", ("error_type", errorType)));
        Assert.Equal(0, app.Recorder.Count("llm_provider_calls_without_usage_total"));
        Assert.Equal(0, app.Recorder.Count("llm_provider_tokens_total"));
    }

    [Theory]
    [InlineData("""{"error":{"type":"invalid_request_error","code":"content_policy_violation"}}""", "content_filter")]
    [InlineData("""{"error":{"type":"invalid_request_error","code":"context_length_exceeded"}}""", "invalid_request")]
    public async Task A_400_is_told_apart_by_the_providers_code(string body, string errorType)
    {
        using var app = new TestApp();
        using var client = app.Client(_ => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent(body) });
        using var response = await client.PostAsync(OpenAi, new StringContent("{}"));

        Assert.Equal(errorType, Assert.Single(app.Recorder.Calls).ErrorType);
    }

    [Theory]
    [InlineData("""{"usage":{"prompt_tokens":-5,"completion_tokens":3}}""", null, 3L)]
    [InlineData("""{"usage":{"prompt_tokens":"12","completion_tokens":3}}""", null, 3L)]
    [InlineData("""{"usage":{"prompt_tokens":1.5,"completion_tokens":3}}""", null, 3L)]
    [InlineData("""{"usage":{"prompt_tokens":99999999999999999999,"completion_tokens":3}}""", null, 3L)]
    [InlineData("""{"usage":{"prompt_tokens":12.0,"completion_tokens":3}}""", 12L, 3L)]
    [InlineData("""{"usage":{"prompt_tokens":null,"completion_tokens":null}}""", null, null)]
    [InlineData("""{"usage":[1,2,3]}""", null, null)]
    [InlineData("""{"message":{"usage":{"prompt_tokens":7}},"x":{"usage":{"prompt_tokens":8}}}""", null, null)]
    [InlineData("""{"us\u0061ge":{"prompt_tokens":7,"completion_tokens":3}}""", 7L, 3L)]
    public async Task A_count_that_cannot_be_is_unknown_and_never_zero(string body, long? input, long? output)
    {
        using var app = new TestApp();
        using var client = app.Client(_ => new HttpResponseMessage { Content = new StringContent(body) });
        using var response = await client.PostAsync(OpenAi, new StringContent("{}"));

        var call = Assert.Single(app.Recorder.Calls);
        Assert.Equal((input, output), (call.Usage.Input, call.Usage.Output));
        Assert.Equal("success", call.Outcome);
    }

    [Fact]
    public async Task A_network_failure_is_an_error_of_the_connection_and_the_apps_exception_is_the_same_object()
    {
        using var app = new TestApp();
        var failure = new HttpRequestException("no route; key sk-secret");
        using var client = app.Client(_ => throw failure);

        var seen = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(OpenAi, new StringContent("{}")));

        Assert.Same(failure, seen);
        Assert.Equal("connection", Assert.Single(app.Recorder.Calls).ErrorType);
        var told = string.Join('\n', app.Recorder.Spans.SelectMany(span => span.TagObjects.Concat(span.Events.SelectMany(e => e.Tags))).Select(tag => $"{tag.Value}"));
        Assert.DoesNotContain("sk-secret", told, StringComparison.Ordinal);
    }

    static Task<AiTelemetry.Testing.TelemetryRecorder> RunAsync(string url, params string[] pieces) => RunAsync(url, pieces.Length + 1, pieces);

    /// <summary>Reads a stream piece by piece, a second before each; stops after so many reads.</summary>
    static async Task<AiTelemetry.Testing.TelemetryRecorder> RunAsync(string url, int stopAfter, params string[] pieces)
    {
        var time = new ManualTime();
        using var app = new TestApp(time: time);
        using var client = app.Client(_ => new HttpResponseMessage { Content = new StreamContent(new Pieces(time, pieces)) });
        using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("{}") }, HttpCompletionOption.ResponseHeadersRead);
        using (var stream = await response.Content.ReadAsStreamAsync())
        {
            var buffer = new byte[4096];
            for (var i = 0; i < stopAfter && await stream.ReadAsync(buffer) > 0; i++)
            {
            }
        }
        return app.Recorder;
    }

    sealed class Pieces(ManualTime time, string[] pieces) : MemoryStream
    {
        int _next;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return new(_next == pieces.Length ? 0 : Encoding.UTF8.GetBytes(pieces[_next++], buffer.Span));
        }
    }
}
