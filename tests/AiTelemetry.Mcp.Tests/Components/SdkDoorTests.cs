using AiTelemetry.Calls;
using AiTelemetry.Tests.Shared;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>Servers that nobody here wrote, called by the SDK's client: what the page of metrics tells is what was done.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public sealed class SdkDoorTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("aitel-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ComponentFact("node", NpmServer.Folder + "server-everything")]
    public Task Everything_over_stdio() => OverStdioAsync("everything");

    [ComponentFact("node", NpmServer.Folder + "server-filesystem")]
    public Task Filesystem_over_stdio() => OverStdioAsync("filesystem");

    [ComponentFact("node", NpmServer.Folder + "server-memory")]
    public Task Memory_over_stdio() => OverStdioAsync("memory");

    [ComponentFact("node", NpmServer.Folder + "server-sequential-thinking")]
    public Task Sequential_thinking_over_stdio() => OverStdioAsync("sequential-thinking");

    [ComponentFact("node", NpmServer.Folder + "server-everything")]
    public Task Everything_over_HTTP() => OverHttpAsync("everything");

    [ComponentFact("node", NpmServer.Folder + "server-filesystem", NpmServer.Folder + "inspector-server")]
    public Task Filesystem_over_HTTP() => OverHttpAsync("filesystem");

    [ComponentFact("node", NpmServer.Folder + "server-memory", NpmServer.Folder + "inspector-server")]
    public Task Memory_over_HTTP() => OverHttpAsync("memory");

    [ComponentFact("node", NpmServer.Folder + "server-sequential-thinking", NpmServer.Folder + "inspector-server")]
    public Task Sequential_thinking_over_HTTP() => OverHttpAsync("sequential-thinking");

    async Task OverStdioAsync(string name)
    {
        await using var app = await MetricsApp.StartAsync();
        var server = new NpmServer(name, _folder);
        await UseAsync(app, server, server.Transport().WithAiTelemetry(name, app.Services), new DoneCalls(name, seesBytes: false), new Wire());
    }

    /// <summary>Through the handler alone, the transport alone, and both: each call is counted once.</summary>
    async Task OverHttpAsync(string name)
    {
        foreach (var (handler, transport) in ((bool, bool)[])[(true, false), (false, true), (true, true)])
        {
            var server = new NpmServer(name, _folder);
            var (process, address) = await server.StartHttpAsync();
            try
            {
                await using var app = await MetricsApp.StartAsync(options => options.MapMcpServer(address.Authority, name));
                var wire = new Wire();
                using var http = new HttpClient(handler ? new AiTelemetryHandler(app.Services, wire.Handler()) : wire.Handler());
                IClientTransport plain = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = address, TransportMode = HttpTransportMode.StreamableHttp }, http);
                await UseAsync(app, server, transport ? plain.WithAiTelemetry(name, app.Services) : plain, new DoneCalls(name, seesBytes: handler), wire);
            }
            finally
            {
                process.Kill();
                process.Dispose();
            }
        }
    }

    /// <summary>A known number of calls of each kind; after each part the page must tell just that.</summary>
    async Task UseAsync(MetricsApp app, NpmServer server, IClientTransport transport, DoneCalls done, Wire wire)
    {
        await using (var client = await McpClient.CreateAsync(transport))
        {
            done.Connections = 1;
            done.Listed = [.. (await client.ListToolsAsync()).Select(tool => tool.Name)];
            foreach (var call in NpmCalls.Of(server.Name, _folder))
            {
                await CallAsync(client, call);
                done.Add(call);
            }
            var good = NpmCalls.Of(server.Name, _folder).First();
            await CallAsync(client, good);
            done.Add(good);
            if (NpmCalls.WithProgress(server.Name) is { } slow)
            {
                var told = new Told();
                Assert.NotEqual(true, (await client.CallToolAsync(slow.Tool, slow.Values(), told)).IsError);
                await told.First.WaitAsync(TimeSpan.FromSeconds(60));
                done.Add(slow);
            }
            await done.AssertAsync(app.PageAsync);

            server.Hold();
            var before = wire.Calls;
            var lost = client.CallToolAsync(good.Tool, good.Values()).AsTask();
            using (var stop = new CancellationTokenSource())
            {
                var stopped = client.CallToolAsync(good.Tool, good.Values(), cancellationToken: stop.Token).AsTask();
                await wire.SentAsync(before + 2);
                await stop.CancelAsync();
                done.Add(good.Tool, "cancelled", isAnswered: false);
                await done.AssertAsync(app.PageAsync); // the one before it is on its way by now, too
                server.Kill();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.WaitAsync(TimeSpan.FromSeconds(60)));
            }
            await Assert.ThrowsAnyAsync<Exception>(() => lost.WaitAsync(TimeSpan.FromSeconds(60)));
            done.Add(good.Tool, "error", "connection", isAnswered: false);
        }
        (done.Connections, done.Listed) = (0, null);
        await done.AssertAsync(app.PageAsync);
    }

    static async Task CallAsync(McpClient client, NpmCall call)
    {
        try
        {
            Assert.Equal(call.Kind is not null, (await client.CallToolAsync(call.Tool, call.Values())).IsError ?? false);
        }
        catch (McpProtocolException) when (call.Kind is not null)
        {
            // servers differ in how they refuse
        }
    }

    /// <summary>What goes out over HTTP: a call that is taken back before its first byte is none to the handler.</summary>
    sealed class Wire
    {
        bool _isWatched;
        int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public SocketsHttpHandler Handler()
        {
            _isWatched = true;
            return new SocketsHttpHandler { PlaintextStreamFilter = (context, _) => new(new Tap(this).Before(context.PlaintextStream)) };
        }

        /// <summary>Waits until so many calls have gone out; over stdio they have when the client returns.</summary>
        public async Task SentAsync(int calls)
        {
            for (var i = 0; _isWatched && Calls < calls; i++)
            {
                Assert.True(i < 3000);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }

        sealed class Tap(Wire wire) : ObservedStream
        {
            public override void Observe(ReadOnlySpan<byte> bytes)
            {
                if (bytes.IndexOf("\"tools/call\""u8) >= 0)
                    Interlocked.Increment(ref wire._calls);
            }

            public override void OnEnd(EndReason reason, Exception? exception)
            {
                // the connection's, not the call's
            }
        }
    }

    sealed class Told : IProgress<ProgressNotificationValue>
    {
        readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => _first.Task;

        public void Report(ProgressNotificationValue value) => _first.TrySetResult();
    }
}
