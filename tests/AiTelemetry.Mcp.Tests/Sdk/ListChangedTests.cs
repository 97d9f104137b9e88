using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AiTelemetry.Mcp.Tests.Sdk;

/// <summary>A registry that knows the client learns by itself that a server's tools have changed, with either way in which servers say so.</summary>
public class ListChangedTests
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Whether a server says so unasked, or to those who listen, is decided by the revision.</summary>
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_burst_of_changes_is_one_more_load_at_the_next_look_up(string revision)
    {
        using var app = new TestApp();
        var loads = 0;
        await using var server = await InProcessServer.StartAsync(services: services => services.Configure<McpServerOptions>(options =>
            options.Filters.Request.ListToolsFilters.Add(next => (context, cancellationToken) =>
            {
                Interlocked.Increment(ref loads);
                return next(context, cancellationToken);
            })));
        await using var client = await McpClient.CreateAsync(server.Transport, new McpClientOptions { ProtocolVersion = revision });
        Assert.Equal(revision, client.NegotiatedProtocolVersion);
        using var heard = new Heard(client, 5); // before the registry: the last that was added hears first
        var registry = new ToolRegistry<AIFunction>(app.Services).AddServer("files", client);
        Assert.Equal("echo", (await registry.FindAsync("echo"))?.Tool.Name);
        Assert.Equal(1, loads);

        var tools = server.Services.GetRequiredService<IOptions<McpServerOptions>>().Value.ToolCollection!;
        for (var i = 0; i < 5; i++)
            tools.Add(McpServerTool.Create(() => "new", new() { Name = $"added-{i}" }));
        await heard.All.WaitAsync(Bound);
        Assert.Equal(1, loads);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 5).Select(i => registry.FindAsync($"files/added-{i}").AsTask())), found => Assert.Equal("files", found?.ServerId));

        Assert.Equal(2, loads);
        Assert.True(registry.TryGet("echo", out _));
    }

    [Fact]
    public async Task A_tool_that_is_gone_is_not_found_any_more()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        await using var client = await McpClient.CreateAsync(server.Transport);
        using var heard = new Heard(client, 1);
        var registry = new ToolRegistry<string>(app.Services).AddServer("files", client, tool => tool.Name.ToUpperInvariant());
        Assert.Equal("FAIL", (await registry.FindAsync("fail"))?.Tool);

        var tools = server.Services.GetRequiredService<IOptions<McpServerOptions>>().Value.ToolCollection!;
        Assert.True(tools.Remove(tools["fail"]));
        await heard.All.WaitAsync(Bound);

        Assert.Null(await registry.FindAsync("fail"));
        Assert.Equal("ECHO", (await registry.FindAsync("echo"))?.Tool);
    }

    [Fact]
    public async Task A_server_that_does_not_tell_of_changes_is_asked_for_its_tools_all_the_same()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync(services: services => services.Configure<McpServerOptions>(options =>
            options.Handlers.SubscriptionsListenHandler = (_, _) => throw new ModelContextProtocol.McpProtocolException("no", ModelContextProtocol.McpErrorCode.MethodNotFound)));
        await using var client = await McpClient.CreateAsync(server.Transport);
        var registry = new ToolRegistry<McpClientTool>(app.Services).AddServer("files", client);

        Assert.Equal("echo", (await registry.FindAsync("echo"))?.Tool.Name);
        registry.Invalidate("files");
        Assert.Equal("echo", (await registry.FindAsync("echo"))?.Tool.Name);
    }

    [Fact]
    public async Task Tools_of_another_kind_need_to_be_made_of_the_SDKs()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        await using var client = await McpClient.CreateAsync(server.Transport);

        Assert.Equal("select", Assert.Throws<ArgumentException>(() => new ToolRegistry<string>(app.Services).AddServer("files", client)).ParamName);
    }

    /// <summary>As where a gateway ends what has been idle for too long.</summary>
    [Fact]
    public async Task Where_listening_breaks_off_the_list_is_loaded_again_and_listened_to_anew()
    {
        using var app = new TestApp();
        var server = new ListeningServer();
        using var http = new HttpClient(server);
        await using var client = await McpClient.CreateAsync(new HttpClientTransport(
            new HttpClientTransportOptions { Endpoint = new Uri("http://tools.test/mcp"), TransportMode = HttpTransportMode.StreamableHttp }, http));
        var registry = new ToolRegistry<McpClientTool>(app.Services).AddServer("files", client);
        Assert.NotNull(await registry.FindAsync("echo"));
        Assert.Equal((1, 1), (server.Listens, server.Lists));

        server.BreakOff();
        using var bound = new CancellationTokenSource(Bound);
        while (registry.TryGet("echo", out _))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, bound.Token);
        Assert.NotNull(await registry.FindAsync("echo"));
        Assert.Equal((2, 2), (server.Listens, server.Lists));
        server.BreakOff();
    }

    /// <summary>A server over HTTP of revision 2026-07-28, in its own words: what it is asked to tell goes into a stream that stays open.</summary>
    sealed class ListeningServer : HttpMessageHandler
    {
        System.IO.Pipelines.Pipe? _stream;

        public int Listens { get; private set; }

        public int Lists { get; private set; }

        public void BreakOff() => _stream!.Writer.Complete();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is null)
                return new HttpResponseMessage(System.Net.HttpStatusCode.MethodNotAllowed);
            var message = System.Text.Json.Nodes.JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!;
            var id = message["id"]?.ToJsonString();
            switch ((string?)message["method"])
            {
                case "server/discover":
                    return Json($$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true}},"ttlMs":0,"cacheScope":"private"}}""");
                case "tools/list":
                    Lists++;
                    return Json($$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"result":{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"private"}}""");
                case "subscriptions/listen":
                    Listens++;
                    _stream = new System.IO.Pipelines.Pipe();
                    await _stream.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes("event: message\ndata: " + $$$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{id}}}}}}}""" + "\n\n"), cancellationToken);
                    var events = new HttpResponseMessage { Content = new StreamContent(_stream.Reader.AsStream()) };
                    events.Content.Headers.ContentType = new("text/event-stream");
                    return events;
                default:
                    return new HttpResponseMessage(System.Net.HttpStatusCode.Accepted);
            }
        }

        static HttpResponseMessage Json(string text) => new() { Content = new StringContent(text, System.Text.Encoding.UTF8, "application/json") };
    }

    /// <summary>Ends when a client has heard so often that the list of tools changed.</summary>
    sealed class Heard : IDisposable
    {
        readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _left;

        public Heard(McpClient client, int times)
        {
            _left = times;
            client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
            {
                if (Interlocked.Decrement(ref _left) == 0)
                    _all.SetResult();
                return default;
            });
        }

        public Task All => _all.Task;

        public void Dispose() => _all.TrySetCanceled();
    }
}
