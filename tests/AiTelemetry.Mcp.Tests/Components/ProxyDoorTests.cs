using AiTelemetry.Mcp.Tests.Proxy;
using AiTelemetry.Tests.Otlp;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>Servers and an agent that nobody here wrote, with the proxy between them: what its page tells is what was done, and what it exports at its end, too.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public sealed class ProxyDoorTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("aitel-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ComponentFact("node", NpmServer.Folder + "server-everything", Inspector.Module, Collector.Module)]
    public Task Everything_through_the_proxy() => ThroughTheProxyAsync("everything");

    [ComponentFact("node", NpmServer.Folder + "server-filesystem", Inspector.Module, Collector.Module)]
    public Task Filesystem_through_the_proxy() => ThroughTheProxyAsync("filesystem");

    [ComponentFact("node", NpmServer.Folder + "server-memory", Inspector.Module, Collector.Module)]
    public Task Memory_through_the_proxy() => ThroughTheProxyAsync("memory");

    [ComponentFact("node", NpmServer.Folder + "server-sequential-thinking", Inspector.Module, Collector.Module)]
    public Task Sequential_thinking_through_the_proxy() => ThroughTheProxyAsync("sequential-thinking");

    async Task ThroughTheProxyAsync(string name)
    {
        using var collector = await Collector.StartAsync();
        var server = new NpmServer(name, _folder);
        // Exporting often, the last export is not the first.
        await using var run = ProxyProcess.Start(["--server-id", name, "--metrics", "127.0.0.1:0", "--otlp", collector.Http.AbsoluteUri], server.Command(), ("OTEL_METRIC_EXPORT_INTERVAL", "1000"));
        var page = await PageOfAsync(run);
        _ = run.Errors.ReadToEndAsync();
        using var http = new HttpClient();
        Task<IEnumerable<string>> Page() => DoneCalls.PageAsync(http, page);
        using var inspector = new Inspector(run, _folder);
        var done = new DoneCalls(name, seesBytes: true) { Connections = 1 };

        done.Listed = await inspector.ListAsync();
        var calls = NpmCalls.Of(name, _folder).ToArray();
        foreach (var call in calls)
        {
            Assert.Contains(call.Kind is null ? "\"content\"" : "rror", await inspector.CallAsync(call), StringComparison.Ordinal);
            done.Add(call);
        }
        await done.AssertAsync(Page);

        // The inspector asks one thing a run and waits for it: progress, cancelling and a server that dies under a call are asked for in the protocol's own words.
        if (NpmCalls.WithProgress(name) is { } slow)
        {
            await inspector.SendAsync(slow.Request("\"slow\"", ""","_meta":{"progressToken":"p"}"""));
            await inspector.ReceiveAsync("\"notifications/progress\"");
            await inspector.ReceiveAsync("\"slow\"");
            done.Add(slow);
            await done.AssertAsync(Page);
        }
        server.Hold();
        await inspector.SendAsync(calls[0].Request("\"lost\""));
        await inspector.SendAsync(calls[0].Request("\"stopped\""));
        await inspector.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"stopped","reason":"stop"}}""");
        done.Add(calls[0].Tool, "cancelled", isAnswered: false);
        await done.AssertAsync(Page); // what was sent before it was seen, too
        server.Kill();

        Assert.Equal(128 + 9, await run.EndAsync());
        Assert.Empty(await run.LeftAsync());
        done.Add(calls[0].Tool, "error", "connection", isAnswered: false);
        (done.Connections, done.Listed) = (0, null);
        await done.AssertAsync(() => Task.FromResult(DoneCalls.Received(collector)));
        await collector.WaitAsync(() => collector.Spans.Count >= done.Total);
        Assert.Equal(done.Total, collector.Spans.Count);
    }

    static async Task<Uri> PageOfAsync(ProxyProcess run)
    {
        while (await run.Errors.ReadLineAsync() is { } said)
        {
            if (said.Contains("metrics are at ", StringComparison.Ordinal))
                return new Uri(said.Split("metrics are at ")[1]);
        }
        throw new InvalidOperationException("The proxy told no address.");
    }
}
