using System.Text;
using AiTelemetry.Calls;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using AiTelemetry.Tools;

namespace AiTelemetry.Mcp.Tests.Tools;

public class McpTrafficTests
{
    const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}""";

    static readonly TimeSpan Took = TimeSpan.FromMilliseconds(250);

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hi"}]}}""", "success", null)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"no such file"}],"isError":true}}""", "error", "execution")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"MCP error -32602: Input validation error"}],"isError":true}}""", "error", "validation")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[{"type":"text","text":"Unknown tool: echo"}]}}""", "error", "validation")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Unknown tool: echo"}}""", "error", "validation")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}""", "error", "execution")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Request timed out"}}""", "timeout", "timeout")]
    public void A_call_ends_as_its_answer_says(string answer, string outcome, string? kind)
    {
        using var session = new Session();
        session.ToServer(Call);
        session.Time.Advance(Took);
        session.ToClient(answer);

        session.AssertEnded(outcome, kind);
        Assert.Equal(Took.TotalSeconds, session.Recorder.Sum("mcp_tool_execute_seconds"), 1e-9);
        Assert.Equal(Encoding.UTF8.GetByteCount(Call), session.Recorder.Sum("mcp_tool_request_bytes", ("tool_name", "echo")));
        Assert.Equal(Encoding.UTF8.GetByteCount(answer), session.Recorder.Sum("mcp_tool_response_bytes", ("tool_name", "echo")));
        var span = Assert.Single(session.Recorder.Spans);
        Assert.Equal("execute_tool echo", span.DisplayName);
        Assert.Equal(Took, span.Duration);
        Assert.DoesNotContain("file", span.StatusDescription ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"The user pressed stop"}}""", "cancelled", null)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""", "cancelled", null)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"McpError: MCP error -32001: Request timed out"}}""", "timeout", "timeout")]
    public void A_call_that_was_taken_back_ends_once(string cancelled, string outcome, string? kind)
    {
        using var session = new Session();
        session.ToServer(Call);
        session.ToServer(cancelled);
        session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{}}"""); // a server may answer all the same

        session.AssertEnded(outcome, kind);
    }

    [Fact]
    public void A_connection_that_ends_ends_its_calls_once_and_goes_down_once()
    {
        using var session = new Session();
        session.Traffic.Open();
        session.Traffic.Open();
        Assert.Equal(1, session.Connections());
        session.ToServer(Call);
        session.Close();
        session.Close();
        session.Traffic.Open();

        session.AssertEnded("error", "connection");
        Assert.Equal(0, session.Connections());
    }

    [Fact]
    public void Each_of_two_connections_counts()
    {
        using var session = new Session();
        var other = new McpTraffic(session.Traffic.Telemetry, "files");
        session.Traffic.Open();
        other.Open();
        Assert.Equal(2, session.Connections());
        other.Close(0);
        Assert.Equal(1, session.Connections());
    }

    [Fact]
    public void A_call_that_is_never_answered_is_a_timeout_when_metrics_are_read()
    {
        using var session = new Session();
        session.Traffic.Open();
        session.ToServer(Call);
        session.Time.Advance(TimeSpan.FromMinutes(9));
        session.Recorder.ReadGauges();
        Assert.Equal(0, session.Recorder.Count("mcp_tool_execute_seconds"));
        session.Time.Advance(TimeSpan.FromMinutes(2));
        session.Recorder.ReadGauges();

        session.AssertEnded("timeout", "timeout");
    }

    [Fact]
    public void Progress_keeps_a_call_alive()
    {
        using var session = new Session();
        session.Traffic.Open();
        session.ToServer("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"progressToken":"p"}}}""");
        for (var i = 0; i < 5; i++)
        {
            session.Time.Advance(TimeSpan.FromMinutes(9));
            session.ToClient("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}""");
            session.Recorder.ReadGauges();
        }
        session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        session.AssertEnded("success", null);
        Assert.Equal(45 * 60, session.Recorder.Sum("mcp_tool_execute_seconds"), 1e-6);
    }

    [Fact]
    public void Ids_of_the_two_directions_do_not_meet()
    {
        using var session = new Session();
        session.ToServer(Call);
        session.ToClient("""{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{"messages":[]}}""");
        session.ToServer("""{"jsonrpc":"2.0","id":1,"result":{"role":"assistant"}}""");
        Assert.Equal(0, session.Recorder.Count("mcp_tool_execute_seconds"));
        session.ToClient("""{"jsonrpc":"2.0","id":"1","result":{}}""");
        Assert.Equal(0, session.Recorder.Count("mcp_tool_execute_seconds"));
        session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        session.AssertEnded("success", null);
    }

    [Fact]
    public void A_batch_is_as_many_calls_as_are_in_it_answered_in_any_order()
    {
        using var session = new Session();
        session.ToServer("""[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b"}}]""");
        session.ToClient("""[{"jsonrpc":"2.0","id":2,"result":{"isError":true}},{"jsonrpc":"2.0","id":1,"result":{}}]""");

        Assert.Equal(1, session.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "a"), ("outcome", "success")));
        Assert.Equal(1, session.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "b"), ("outcome", "error")));
        Assert.True(session.Traffic.IsIdle);
    }

    [Fact]
    public void An_id_that_is_used_again_ends_the_call_that_had_it()
    {
        using var session = new Session();
        session.ToServer(Call);
        session.ToServer(Call);
        session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        Assert.Equal(1, session.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "timeout")));
        Assert.Equal(1, session.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
    }

    [Fact]
    public void Calls_without_answer_are_bounded_and_the_oldest_goes()
    {
        using var session = new Session();
        for (var id = 0; id < 1030; id++)
        {
            session.Time.Advance(TimeSpan.FromMilliseconds(1));
            session.ToServer($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"echo"}}""");
        }

        Assert.Equal(6, session.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "timeout")));
        Assert.False(session.Traffic.IsWaitingFor(RpcId.Of(5)));
        Assert.True(session.Traffic.IsWaitingFor(RpcId.Of(6)));
    }

    [Fact]
    public void Listed_tools_have_a_size_until_the_server_is_gone()
    {
        using var session = new Session();
        session.Traffic.Open();
        session.ToServer("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","description":"Does a.","inputSchema":{"type":"object"}},{"name":"old","inputSchema":{}}],"nextCursor":"2"}}""");
        session.ToServer("""{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"cursor":"2"}}""");
        session.ToClient("""{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"b","inputSchema":{}}]}}""");
        Assert.Equal([("a", 3 + 9 + 17), ("b", 3 + 2), ("old", 5 + 2)], session.Sizes());

        session.ToServer("""{"jsonrpc":"2.0","id":3,"method":"tools/list"}""");
        session.ToClient("""{"jsonrpc":"2.0","id":3,"result":{"tools":[{"name":"a","inputSchema":{}}]}}""");
        Assert.Equal([("a", 5)], session.Sizes());

        session.Close();
        Assert.Empty(session.Sizes());
    }

    [Fact]
    public void Names_are_capped_and_cut_on_metrics_and_whole_on_spans()
    {
        using var session = new Session(options => options.MaxTools = 3);
        var names = new[] { "a", new string('b', 300), "c", "d", "e", "a" };
        foreach (var name in names)
        {
            session.ToServer(Call.Replace("echo", name, StringComparison.Ordinal));
            session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        }

        Assert.Equal(["a", "a", new string('b', 100), "c", "other", "other"],
            session.Recorder.Measurements.Where(m => m.Metric == "mcp_tool_execute_seconds").Select(m => (string)m.Tag("tool_name")!).Order(StringComparer.Ordinal));
        Assert.Contains(session.Recorder.Spans, span => span.OperationName == "execute_tool d");
    }

    [Fact]
    public void Errors_of_a_tool_open_at_0_with_its_first_call()
    {
        using var session = new Session();
        var opened = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "mcp_tool_errors_total" && instrument.Meter.Scope == session.App.Services.GetService(typeof(System.Diagnostics.Metrics.IMeterFactory)))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => opened.Add($"{value} {tags[2].Value}"));
        listener.Start();
        session.ToServer(Call);
        session.ToClient("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        Assert.Equal(["0 connection", "0 validation", "0 execution", "0 timeout"], opened);
    }

    [Fact]
    public void Threads_that_race_end_each_call_once()
    {
        using var session = new Session();
        var telemetry = session.Traffic.Telemetry;
        for (var round = 0; round < 200; round++)
        {
            var call = session.Traffic.Sent(new RpcMessage { Kind = RpcKind.Request, Method = RpcMethod.ToolsCall, Tool = "echo", Id = RpcId.Of(round) }, 0)!;
            Parallel.Invoke(
                () => session.Traffic.Received(new RpcMessage { Kind = RpcKind.Result, Id = RpcId.Of(round) }, 0),
                () => session.Traffic.Close(0),
                () => telemetry.End(call, "error", "execution", 0));
        }

        Assert.Equal(200, session.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(200, session.Recorder.Spans.Count);
    }

    sealed class Session : IDisposable
    {
        readonly JsonRpcReader _sent;
        readonly JsonRpcReader _received;

        public Session(Action<AiTelemetryOptions>? configure = null)
        {
            App = new TestApp(configure, time: Time);
            Traffic = new McpTraffic(CallTelemetrySource.Of(App.Services).Get()!.Tools, "files");
            _sent = new JsonRpcReader(new WordCache(), new Sink(message => Traffic.Sent(message, Time.GetTimestamp(), System.Diagnostics.Activity.Current)));
            _received = new JsonRpcReader(new WordCache(), new Sink(message => Traffic.Received(message, Time.GetTimestamp())));
        }

        public ManualTime Time { get; } = new();

        public TestApp App { get; }

        public TelemetryRecorder Recorder => App.Recorder;

        public McpTraffic Traffic { get; }

        public void ToServer(string line) => _sent.FeedLines(Encoding.UTF8.GetBytes(line + "\n"));

        public void ToClient(string line) => _received.FeedLines(Encoding.UTF8.GetBytes(line + "\n"));

        public void Close() => Traffic.Close(Time.GetTimestamp());

        public double Connections() => Gauge("mcp_server_connections_active").Single().Value;

        public IEnumerable<(string, double)> Sizes() =>
            Gauge("mcp_tool_schema_bytes").Select(m => ((string)m.Tag("tool_name")!, m.Value)).Order();

        public void AssertEnded(string outcome, string? kind)
        {
            Assert.Equal(1, Recorder.Count("mcp_tool_execute_seconds"));
            Assert.Equal(1, Recorder.Count("mcp_tool_execute_seconds", ("server_id", "files"), ("tool_name", "echo"), ("outcome", outcome)));
            Assert.Equal(kind is null ? 0 : 1, Recorder.Sum("mcp_tool_errors_total"));
            Assert.Equal(kind is null ? 0 : 1, Recorder.Sum("mcp_tool_errors_total", ("error_kind", kind)));
            Assert.Single(Recorder.Spans);
        }

        public void Dispose() => App.Dispose();

        RecordedMeasurement[] Gauge(string metric)
        {
            var before = Recorder.Measurements.Count;
            Recorder.ReadGauges();
            return [.. Recorder.Measurements.Skip(before).Where(m => m.Metric == metric)];
        }
    }

    sealed class Sink(Action<RpcMessage> take) : IRpcSink
    {
        public void OnMessage(RpcMessage message) => take(message);
    }
}
