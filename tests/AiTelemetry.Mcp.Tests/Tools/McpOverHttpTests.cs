using System.Net.Http.Headers;
using System.Text;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Mcp.Tests.Tools;

public class McpOverHttpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_are_counted_whether_answered_by_JSON_or_by_events(bool events)
    {
        using var app = new TestApp(options => options.MapMcpServer("tools.test", "tools"));
        var server = new ScriptedMcpServer(events);
        using var client = app.Client(server);
        string[] tools = ["echo", "fail", "nope", "echo", "break"];
        for (var i = 0; i < tools.Length; i++)
            await SendAsync(client, ScriptedMcpServer.Post(ScriptedMcpServer.Call(i, tools[i])));

        // A stream of events may be taken up again as long as its session lives.
        Assert.Equal(events ? 4 : 5, app.Recorder.Count("mcp_tool_execute_seconds"));
        var delete = new HttpRequestMessage(HttpMethod.Delete, new Uri("http://tools.test/mcp"));
        delete.Headers.Add("Mcp-Session-Id", ScriptedMcpServer.Session);
        await SendAsync(client, delete);

        Assert.Equal(5, app.Recorder.Count("mcp_tool_execute_seconds", ("server_id", "tools")));
        Assert.Equal(2, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "echo"), ("outcome", "success")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "fail"), ("error_kind", "execution")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "nope"), ("error_kind", "validation")));
        Assert.Equal(server.Received.Sum(Encoding.UTF8.GetByteCount), app.Recorder.Sum("mcp_tool_request_bytes"));
        Assert.Equal(server.Sent.Sum(Encoding.UTF8.GetByteCount), app.Recorder.Sum("mcp_tool_response_bytes"));
        Assert.Equal(5, app.Recorder.Spans.Count);
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "break"), ("error_kind", "connection")));
    }

    [Fact]
    public async Task A_stream_that_broke_off_is_answered_by_the_one_that_takes_it_up()
    {
        using var app = new TestApp();
        using var client = app.Client(new ScriptedMcpServer(events: true));
        await SendAsync(client, ScriptedMcpServer.Post("""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}""", session: null));
        await SendAsync(client, ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "resume")));
        Assert.Equal(0, app.Recorder.Count("mcp_tool_execute_seconds"));
        var get = new HttpRequestMessage(HttpMethod.Get, new Uri("http://tools.test/mcp"));
        get.Headers.Add("Mcp-Session-Id", ScriptedMcpServer.Session);
        await SendAsync(client, get);

        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "resume"), ("outcome", "success")));
    }

    [Fact]
    public async Task A_session_is_a_connection_from_its_first_answer_until_it_is_deleted()
    {
        using var app = new TestApp();
        using var client = app.Client(new ScriptedMcpServer());
        await SendAsync(client, ScriptedMcpServer.Post("""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}""", session: null));
        await SendAsync(client, ScriptedMcpServer.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""));
        Assert.Equal(1, Read(app, "mcp_server_connections_active"));
        Assert.Equal(6 + 9 + 17, Read(app, "mcp_tool_schema_bytes"));
        for (var i = 0; i < 2; i++)
        {
            var delete = new HttpRequestMessage(HttpMethod.Delete, new Uri("http://tools.test/mcp"));
            delete.Headers.Add("Mcp-Session-Id", ScriptedMcpServer.Session);
            await SendAsync(client, delete);
        }
        Assert.Equal(0, Read(app, "mcp_server_connections_active"));
    }

    [Fact]
    public async Task Contents_of_any_kind_are_sent_as_they_are_and_put_back()
    {
        using var app = new TestApp();
        var server = new ScriptedMcpServer();
        using var client = app.Client(server);
        using var body = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(ScriptedMcpServer.Call(1, "echo"))));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = ScriptedMcpServer.Post("");
        request.Content = body;
        using var response = await client.SendAsync(request);

        Assert.Same(body, request.Content);
        Assert.Equal(ScriptedMcpServer.Call(1, "echo"), Assert.Single(server.Received));
        Assert.Equal(server.Sent[0], await response.Content.ReadAsStringAsync());
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
    }

    /// <summary>Found by reading: where nobody reads the gauges, as where an app exports spans only, each call stayed known for ever.</summary>
    [Fact]
    public async Task Nothing_of_a_call_stays_when_it_has_ended()
    {
        using var app = new TestApp();
        using var client = app.Client(new ScriptedMcpServer());
        for (var i = 0; i < 10; i++)
            await SendAsync(client, ScriptedMcpServer.Post(ScriptedMcpServer.Call(i, i % 2 == 0 ? "echo" : "break")));
        using var failing = app.Client(_ => throw new HttpRequestException(HttpRequestError.ConnectionError));
        await Assert.ThrowsAsync<HttpRequestException>(() => failing.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(11, "echo"))));

        Assert.Equal(11, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(0, AiTelemetry.Calls.CallTelemetrySource.Of(app.Services).Get()!.Tools.Watched);
    }

    [Fact]
    public async Task A_call_is_taken_back_by_another_request_of_its_session_and_by_none_of_another()
    {
        using var app = new TestApp();
        var answer = new System.IO.Pipelines.Pipe();
        using var client = app.Client(request => request.Content!.ReadAsStringAsync().Result.Contains("tools/call", StringComparison.Ordinal)
            ? new HttpResponseMessage { Content = new StreamContent(answer.Reader.AsStream()) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } } }
            : new HttpResponseMessage(System.Net.HttpStatusCode.Accepted));
        const string Cancellation = """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"stop"}}""";
        using var response = await client.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo")), HttpCompletionOption.ResponseHeadersRead);
        await SendAsync(client, ScriptedMcpServer.Post(Cancellation, session: "another"));
        Assert.Equal(0, app.Recorder.Count("mcp_tool_execute_seconds"));

        await SendAsync(client, ScriptedMcpServer.Post(Cancellation));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "cancelled")));
        await answer.Writer.CompleteAsync(); // as a server does that has heard of it
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(0, app.Recorder.Sum("mcp_tool_errors_total"));
    }

    [Fact]
    public async Task An_answer_that_the_app_lets_go_is_a_call_taken_back()
    {
        using var app = new TestApp();
        using var client = app.Client(new ScriptedMcpServer());
        using (await client.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo")), HttpCompletionOption.ResponseHeadersRead))
        {
            // not read
        }

        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "cancelled")));
    }

    [Theory]
    [InlineData(404, "connection", "error")]
    [InlineData(400, "validation", "error")]
    [InlineData(504, "timeout", "timeout")]
    public async Task A_refusal_by_HTTP_is_an_error_of_the_call(int status, string kind, string outcome)
    {
        using var app = new TestApp();
        using var client = app.Client(request => new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new StringContent("no") });
        await SendAsync(client, ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo")));

        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", kind)));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", outcome)));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_an_error_of_the_connection()
    {
        using var app = new TestApp();
        using var client = app.Client(_ => throw new HttpRequestException(HttpRequestError.ConnectionError));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(ScriptedMcpServer.Post(ScriptedMcpServer.Call(1, "echo"))));

        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("server_id", "tools.test"), ("error_kind", "connection")));
    }

    [Fact]
    public async Task Requests_that_are_not_of_MCP_are_left_alone()
    {
        using var app = new TestApp();
        using var client = app.Client(_ => new HttpResponseMessage { Content = new StringContent("""{"jsonrpc":"2.0","id":1,"result":{}}""") });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://tools.test/rpc")) { Content = new StringContent(ScriptedMcpServer.Call(1, "echo"), Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request);

        Assert.Empty(app.Recorder.Spans);
        Assert.Equal(0, app.Recorder.Count("mcp_tool_execute_seconds"));
    }

    static double Read(TestApp app, string metric)
    {
        var before = app.Recorder.Measurements.Count;
        app.Recorder.ReadGauges();
        return app.Recorder.Measurements.Skip(before).Where(m => m.Metric == metric).Sum(m => m.Value);
    }

    static async Task SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        using (var response = await client.SendAsync(request))
            await response.Content.ReadAsStringAsync();
    }
}
