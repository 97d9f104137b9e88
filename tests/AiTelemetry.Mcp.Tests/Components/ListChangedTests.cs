using System.Threading.Channels;
using AiTelemetry.Tests.Shared;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>A server that nobody here wrote changes its tools: it adds those that the client can serve once that says it is ready, and tells of each.</summary>
[Trait("Category", "Components")]
public sealed class ListChangedTests : IDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    readonly string _folder = Directory.CreateTempSubdirectory("aitel-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ComponentFact("node", NpmServer.Folder + "server-everything")]
    public async Task The_registry_loads_once_more_after_all_that_a_server_tells()
    {
        using var app = new TestApp();
        var session = new LateReady(new NpmServer("everything", _folder).Transport());
        await using var client = await McpClient.CreateAsync(session, new McpClientOptions
        {
            Handlers = new() { ElicitationHandler = (_, _) => throw new NotSupportedException() },
        });
        var told = Channel.CreateUnbounded<bool>();
        client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            told.Writer.TryWrite(true); // after the registry, which is added later and hears first
            return default;
        });
        var registry = new ToolRegistry<McpClientTool>(app.Services).AddServer("everything", client);
        Assert.NotNull(await registry.FindAsync("echo"));
        Assert.Null(await registry.FindAsync("trigger-elicitation-request"));
        var (before, lists) = ((await client.ListToolsAsync()).Count, session.Lists);

        await session.BeReadyAsync();
        var after = (await client.ListToolsAsync()).Count;
        Assert.True(after > before + 1); // more than one change
        using var bound = new CancellationTokenSource(Bound);
        for (var i = before; i < after; i++)
            await told.Reader.ReadAsync(bound.Token);

        Assert.NotNull(await registry.FindAsync("trigger-elicitation-request"));
        Assert.True(registry.TryGet("echo", out _));
        Assert.Equal(lists + 2, session.Lists); // one of the test's, one of the registry's
    }

    /// <summary>Keeps the client's word that it is ready until told, and counts how often tools are asked for.</summary>
    sealed class LateReady(IClientTransport inner) : IClientTransport, ITransport
    {
        ITransport? _connected;
        JsonRpcMessage? _ready;
        int _lists;

        public string Name => inner.Name;

        public int Lists => Volatile.Read(ref _lists);

        public string? SessionId => _connected!.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader => _connected!.MessageReader;

        public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
        {
            _connected = await inner.ConnectAsync(cancellationToken);
            return this;
        }

        public Task BeReadyAsync() => _connected!.SendMessageAsync(_ready!);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            if (message is JsonRpcRequest { Method: RequestMethods.ToolsList })
                Interlocked.Increment(ref _lists);
            if (message is not JsonRpcNotification { Method: NotificationMethods.InitializedNotification })
                return _connected!.SendMessageAsync(message, cancellationToken);
            _ready = message;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => _connected!.DisposeAsync();
    }
}
