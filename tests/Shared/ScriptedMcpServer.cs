using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AiTelemetry.Tests.Shared;

/// <summary>An MCP server over Streamable HTTP in place of the network: JSON or events, with a session.</summary>
/// <remarks>Tools: <c>echo</c> answers, <c>fail</c> fails, <c>break</c> ends its stream without an answer, <c>resume</c> too, but a GET brings it; others are unknown.</remarks>
internal sealed class ScriptedMcpServer(bool events = false) : HttpMessageHandler
{
    public const string Session = "session-1";

    public static readonly string List = """{"jsonrpc":"2.0","id":ID,"result":{"tools":[{"name":"echo","description":"Echoes.","inputSchema":{"type":"object"}}]}}""";

    string? _late;

    /// <summary>The requests, in order, as they came over the wire.</summary>
    public List<string> Received { get; } = [];

    /// <summary>The messages it sent, in order.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>A message as a client of MCP posts it.</summary>
    public static HttpRequestMessage Post(string message, string? session = Session)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://tools.test/mcp")) { Content = new StringContent(message, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (session is not null)
            request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        return request;
    }

    public static string Call(int id, string tool) => $$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"method":"tools/call","params":{"name":"{{{{tool}}}}","arguments":{"message":"hi"}}}""";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Delete)
            return new HttpResponseMessage(HttpStatusCode.OK);
        if (request.Method == HttpMethod.Get)
            return Answer("id: 9\ndata: " + _late + "\n\n", "text/event-stream");
        var text = await request.Content!.ReadAsStringAsync(cancellationToken);
        Received.Add(text);
        var message = JsonNode.Parse(text)!;
        if (message["id"] is not { } id)
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        var tool = (string?)message["params"]?["name"];
        var answer = ((string?)message["method"], tool) switch
        {
            ("initialize", _) => """{"jsonrpc":"2.0","id":ID,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"scripted","version":"1"}}}""",
            ("tools/list", _) => List,
            (_, "echo" or "resume") => """{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"hi"}]}}""",
            (_, "fail") => """{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"It failed."}],"isError":true}}""",
            (_, "break") => "",
            _ => """{"jsonrpc":"2.0","id":ID,"error":{"code":-32602,"message":"Unknown tool"}}""",
        };
        answer = answer.Replace("ID", id.ToJsonString(), StringComparison.Ordinal);
        if (tool == "resume")
            (_late, answer) = (answer, "");
        if (answer.Length > 0)
            Sent.Add(answer);
        if (!events)
            return Answer(answer, "application/json");
        return Answer("id: 1\ndata: \n\n"
            + "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\r\n\r\n"
            + (answer.Length == 0 ? "" : $"event: message\r\nid: 2\r\ndata: {answer}\r\n\r\n"), "text/event-stream");
    }

    static HttpResponseMessage Answer(string body, string type)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, type) };
        response.Headers.Add("Mcp-Session-Id", Session);
        return response;
    }
}
