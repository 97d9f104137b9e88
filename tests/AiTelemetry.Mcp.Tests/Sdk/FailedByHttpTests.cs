using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AiTelemetry.Tests.Shared;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp.Tests.Sdk;

/// <summary>A call that HTTP fails is the same error whichever door counts it. Found with a server that died behind a bridge: the transport's door took it for the tool's failure.</summary>
[Collection(AloneInTheProcess.Name)]
public class FailedByHttpTests
{
    [Theory]
    [InlineData(400, "validation", "error")]
    [InlineData(404, "connection", "error")]
    [InlineData(500, "connection", "error")]
    [InlineData(504, "timeout", "timeout")]
    [InlineData(200, "connection", "error")]
    public async Task All_doors_tell_the_same(int status, string kind, string outcome)
    {
        foreach (var (handler, transport, tool) in ((bool, bool, bool)[])[(true, false, false), (false, true, false), (true, true, false), (false, false, true), (true, true, true)])
        {
            using var app = new TestApp();
            var server = new Failing(status);
            using var http = handler ? app.Client(server) : new HttpClient(server);
            IClientTransport plain = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri("http://tools.test/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http);
            await using var client = await McpClient.CreateAsync(transport ? plain.WithAiTelemetry("files", app.Services) : plain);
            var echo = Assert.Single(await client.ListToolsAsync());
            if (tool)
                await Assert.ThrowsAnyAsync<Exception>(async () => await echo.WithAiTelemetry("files", app.Services).InvokeAsync());
            else
                await Assert.ThrowsAnyAsync<Exception>(() => client.CallToolAsync("echo").AsTask());

            Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", outcome)));
            Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
            Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", kind)));
            Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total"));
        }
    }

    /// <summary>A server whose calls end by a status, or by the end of an answer that holds none.</summary>
    sealed class Failing(int status) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var message = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            var result = (string?)message["method"] switch
            {
                "server/discover" => """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}""",
                "tools/list" => """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"private"}""",
                _ => null,
            };
            return result is not null
                ? new() { Content = new StringContent($$$"""{"jsonrpc":"2.0","id":{{{message["id"]!.ToJsonString()}}},"result":{{{result}}}}""", Encoding.UTF8, "application/json") }
                : new((HttpStatusCode)status) { Content = new StringContent("", Encoding.UTF8, status == 200 ? "text/event-stream" : "text/plain") };
        }
    }
}
