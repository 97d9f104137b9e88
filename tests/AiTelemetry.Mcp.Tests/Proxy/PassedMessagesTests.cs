using System.Text;
using AiTelemetry.Calls;
using AiTelemetry.Cli.Proxy;
using AiTelemetry.Tests.Shared;
using AiTelemetry.Tools;

namespace AiTelemetry.Mcp.Tests.Proxy;

/// <summary>Found by the end-to-end test on a busy machine: one of some hundred calls was not counted, as its answer was looked at before it.</summary>
public sealed class PassedMessagesTests : IDisposable
{
    readonly TestApp _app = new();
    readonly PassedMessages _messages;
    readonly McpTraffic _traffic;

    public PassedMessagesTests()
    {
        _traffic = new McpTraffic(CallTelemetrySource.Of(_app.Services).Get()!.Tools, "files");
        _messages = new PassedMessages(_traffic);
    }

    [Fact]
    public void An_answer_that_is_looked_at_before_its_request_ends_the_call_all_the_same()
    {
        Answer(1, at: 2_000);
        Call(1, at: 1_000);

        AssertCalls(1);
        Assert.True(_traffic.IsIdle);
    }

    [Fact]
    public void Calls_in_order_are_counted_once()
    {
        Call(1, at: 1_000);
        Answer(1, at: 2_000);
        Call(2, at: 3_000);
        Answer(2, at: 4_000);

        AssertCalls(2);
    }

    [Fact]
    public void An_id_that_is_used_again_is_not_answered_by_what_came_before()
    {
        Answer(1, at: 1_000); // of a request that nobody pairs
        Call(1, at: 2_000);

        AssertCalls(0);
        Assert.True(_traffic.IsWaitingFor(Read("""{"jsonrpc":"2.0","id":1,"result":{}}""").Id));
        Answer(1, at: 3_000);
        AssertCalls(1);
    }

    [Fact]
    public void A_list_of_tools_that_is_looked_at_before_its_request_is_measured()
    {
        _messages.ToAgent(Read("""{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"echo","description":"Echoes.","inputSchema":{"type":"object"}}]}}"""), 2_000);
        _messages.ToServer(Read("""{"jsonrpc":"2.0","id":7,"method":"tools/list"}"""), 1_000);
        _app.Recorder.ReadGauges();

        Assert.Contains(_app.Recorder.Measurements, measurement => measurement.Metric == "mcp_tool_schema_bytes" && (string?)measurement.Tag("tool_name") == "echo");
    }

    [Fact]
    public void Many_answers_to_other_requests_do_not_pile_up_and_the_latest_are_kept()
    {
        for (var id = 100; id < 1_100; id++)
            Answer(id, at: id);
        Answer(5, at: 20_000);
        Call(5, at: 10_000);
        Call(100, at: 50); // so long ago that its answer is forgotten

        AssertCalls(1);
    }

    public void Dispose() => _app.Dispose();

    void Call(int id, long at) => _messages.ToServer(Read($$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"method":"tools/call","params":{"name":"echo","arguments":{}}}"""), at);

    void Answer(int id, long at) => _messages.ToAgent(Read($$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":{"content":[]}}"""), at);

    void AssertCalls(int expected) => Assert.Equal(expected, _app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));

    static RpcMessage Read(string line)
    {
        RpcMessage? read = null;
        new JsonRpcReader(new WordCache(), new Taken(message => read = message.Copy())).FeedLines(Encoding.UTF8.GetBytes(line + "\n"));
        return read!;
    }

    sealed class Taken(Action<RpcMessage> take) : IRpcSink
    {
        public void OnMessage(RpcMessage message) => take(message);
    }
}
