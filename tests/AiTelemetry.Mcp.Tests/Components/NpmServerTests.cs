using AiTelemetry.Tests.Otlp;
using AiTelemetry.Tests.Shared;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>Servers that nobody here wrote, called through every door: the counts are what was done.</summary>
[Trait("Category", "Components")]
[Collection(AloneInTheProcess.Name)]
public sealed class NpmServerTests : IDisposable
{
    const string Everything = NpmServer.Folder + "server-everything";
    const string Inspector = "eng/components/node_modules/.bin/mcp-inspector";

    readonly string _folder = Directory.CreateTempSubdirectory("aitel-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ComponentFact("node", Everything)]
    public async Task Everything_over_stdio()
    {
        using var app = new TestApp();
        await using (var client = await McpClient.CreateAsync(NpmServer.Transport(NpmServer.Command("everything", _folder), _folder).WithAiTelemetry("everything", app.Services)))
        {
            await UseEverythingAsync(client);
            Assert.Equal(1, Read(app, "mcp_server_connections_active"));
        }
        AssertEverything(app, "everything");
        Assert.Equal(0, Read(app, "mcp_server_connections_active"));
    }

    [ComponentFact("node", Everything)]
    public async Task Everything_over_HTTP_through_the_handler_alone_the_transport_and_both()
    {
        var (process, address) = await NpmServer.StartHttpAsync();
        try
        {
            foreach (var (handler, transport) in new[] { (true, false), (false, true), (true, true) })
            {
                using var app = new TestApp(options => options.MapMcpServer(address.Authority, "everything"));
                using var http = handler ? app.Client() : new HttpClient();
                IClientTransport plain = new HttpClientTransport(new HttpClientTransportOptions { Endpoint = address, TransportMode = HttpTransportMode.StreamableHttp }, http);
                await using (var client = await McpClient.CreateAsync(transport ? plain.WithAiTelemetry("everything", app.Services) : plain))
                {
                    await UseEverythingAsync(client);
                    Assert.Equal(1, Read(app, "mcp_server_connections_active"));
                }
                AssertEverything(app, "everything");
                Assert.Equal(0, Read(app, "mcp_server_connections_active"));
                if (handler)
                    Assert.True(app.Recorder.Sum("mcp_tool_request_bytes", ("tool_name", "echo")) > 100);
            }
        }
        finally
        {
            process.Kill();
            process.Dispose();
        }
    }

    [ComponentFact("node", Everything)]
    public async Task A_server_that_is_killed_ends_its_calls_and_its_connection()
    {
        using var app = new TestApp();
        await using var client = await McpClient.CreateAsync(NpmServer.Transport(["sh", "-c", "echo $$ > \"$0/pid\"; exec \"$@\"", _folder, .. NpmServer.Command("everything", _folder)], _folder)
            .WithAiTelemetry("everything", app.Services));
        var started = new TaskCompletionSource();
        var waiting = client.CallToolAsync("trigger-long-running-operation", new Dictionary<string, object?> { ["duration"] = 1000, ["steps"] = 5000 }, new Reported(started)).AsTask();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        using (var server = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "pid")), System.Globalization.CultureInfo.InvariantCulture)))
            server.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);

        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "trigger-long-running-operation"), ("error_kind", "connection")));
        Assert.Equal(0, Read(app, "mcp_server_connections_active"));
    }

    [ComponentFact("node", NpmServer.Folder + "server-filesystem", NpmServer.Folder + "server-memory", NpmServer.Folder + "server-sequential-thinking")]
    public async Task The_other_three_over_stdio()
    {
        using var app = new TestApp();
        await UseAsync("filesystem", "list_directory", new() { ["path"] = _folder }, "read_text_file", new() { ["path"] = _folder + "/missing" });
        await UseAsync("memory", "read_graph", [], "create_entities", new() { ["entities"] = 1 });
        await UseAsync("sequential-thinking", "sequentialthinking", new() { ["thought"] = "t", ["nextThoughtNeeded"] = false, ["thoughtNumber"] = 1, ["totalThoughts"] = 1 }, "sequentialthinking", []);

        Assert.Equal(9, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(3, app.Recorder.Count("mcp_tool_execute_seconds", ("outcome", "success")));
        Assert.Equal(3, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "nope"), ("error_kind", "validation")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "read_text_file"), ("error_kind", "execution")));
        Assert.Equal(2, app.Recorder.Sum("mcp_tool_errors_total", ("error_kind", "validation")) - 3);

        async Task UseAsync(string server, string tool, Dictionary<string, object?> arguments, string failing, Dictionary<string, object?> bad)
        {
            await using var client = await McpClient.CreateAsync(NpmServer.Transport(NpmServer.Command(server, _folder), _folder).WithAiTelemetry(server, app.Services));
            Assert.NotEmpty(await client.ListToolsAsync());
            Assert.NotEqual(true, (await client.CallToolAsync(tool, arguments)).IsError);
            await TryAsync(client, failing, bad);
            await TryAsync(client, "nope", []);
        }
    }

    [ComponentFact("node", Everything, Inspector, Collector.Module)]
    public async Task The_inspector_as_the_agent_through_the_proxy()
    {
        using var collector = await Collector.StartAsync();
        // The inspector takes a -- for its own: the proxy's command stands in a script.
        var agent = Path.Combine(_folder, "proxied");
        var command = string.Join(' ', ((string[])[Proxy.ProxyProcess.Aitel, "proxy", "--server-id", "everything", "--otlp", collector.Http.AbsoluteUri, "--", .. NpmServer.Command("everything", _folder)]).Select(word => $"'{word}'"));
        await File.WriteAllTextAsync(agent, $"#!/bin/sh\nexec {command}\n");

        Assert.Contains("\"echo\"", await InspectAsync("tools/list"), StringComparison.Ordinal);
        Assert.Contains("hello there", await InspectAsync("tools/call", "--tool-name", "echo", "--tool-arg", "message=hello there"), StringComparison.Ordinal);
        await InspectAsync("tools/call", "--tool-name", "echo");
        await InspectAsync("tools/call", "--tool-name", "nope");

        await collector.WaitAsync(() => collector.Spans.Count >= 3);
        Assert.Equal(3, collector.Spans.Count);
        Assert.Equal(["execute_tool echo", "execute_tool echo", "execute_tool nope"], collector.Spans.Select(span => (string)span.Span["name"]!).Order(StringComparer.Ordinal));
        Assert.Equal(2, collector.Spans.Count(span => (string?)span.Span["attributes"]!["error.type"] == "validation"));
        var errors = collector.Metrics["mcp_tool_errors_total"].Points.Where(point => OtlpMetric.Value(point) > 0);
        Assert.Equal("error_kind=validation;server_id=everything;tool_name=nope", OtlpMetric.Key(OtlpMetric.Attributes(Assert.Single(errors))));

        async Task<string> InspectAsync(string method, params string[] arguments)
        {
            var start = new System.Diagnostics.ProcessStartInfo(ComponentFactAttribute.Find("node"),
                [ComponentFactAttribute.Find(Inspector), "--cli", "sh", agent, "--method", method, .. arguments])
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            using var inspector = System.Diagnostics.Process.Start(start)!;
            inspector.StandardInput.Close();
            var complaints = inspector.StandardError.ReadToEndAsync();
            var said = await inspector.StandardOutput.ReadToEndAsync();
            await inspector.WaitForExitAsync();
            return said + await complaints;
        }
    }

    [ComponentFact("node", Everything)]
    public async Task The_counts_on_the_proxys_own_page_are_what_was_done()
    {
        await using var run = Proxy.ProxyProcess.Start(["--metrics", "127.0.0.1:0"], NpmServer.Command("everything", _folder));
        Uri? page = null;
        while (page is null && await run.Errors.ReadLineAsync() is { } said)
            page = said.Contains("metrics are at ", StringComparison.Ordinal) ? new Uri(said.Split("metrics are at ")[1]) : null;
        _ = run.Errors.ReadToEndAsync();
        string[] messages =
        [
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""",
            """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""",
            """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}""",
            """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":{}}}""",
            """{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"nope","arguments":{}}}""",
            """{"jsonrpc":"2.0","id":"5","method":"tools/call","params":{"name":"trigger-long-running-operation","arguments":{"duration":1000,"steps":5000},"_meta":{"progressToken":"p"}}}""",
        ];
        foreach (var message in messages)
        {
            await run.Input.WriteAsync(System.Text.Encoding.UTF8.GetBytes(message + "\n"));
            if (message.Contains("\"initialize\"", StringComparison.Ordinal))
                await run.Input.WriteAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""u8.ToArray().Append((byte)'\n').ToArray());
            var awaited = message.Contains("progressToken", StringComparison.Ordinal) ? "notifications/progress" : message[(message.IndexOf("\"id\"", StringComparison.Ordinal))..].Split(',')[0];
            while (await run.Lines.ReadLineAsync() is { } line && !line.Contains(awaited, StringComparison.Ordinal))
            {
            }
        }
        await run.Input.WriteAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"5","reason":"stop"}}"""u8.ToArray().Append((byte)'\n').ToArray());

        using var http = new HttpClient();
        string[] expected =
        [
            "mcp_server_connections_active{server_id=\"dummy\"} 1",
            "mcp_tool_execute_seconds_count{outcome=\"success\",server_id=\"dummy\",tool_name=\"echo\"} 1",
            "mcp_tool_execute_seconds_count{outcome=\"error\",server_id=\"dummy\",tool_name=\"echo\"} 1",
            "mcp_tool_execute_seconds_count{outcome=\"error\",server_id=\"dummy\",tool_name=\"nope\"} 1",
            "mcp_tool_execute_seconds_count{outcome=\"cancelled\",server_id=\"dummy\",tool_name=\"trigger-long-running-operation\"} 1",
            "mcp_tool_errors_total{error_kind=\"validation\",server_id=\"dummy\",tool_name=\"echo\"} 1",
            "mcp_tool_errors_total{error_kind=\"validation\",server_id=\"dummy\",tool_name=\"nope\"} 1",
        ];
        var missing = expected;
        var text = "";
        for (var i = 0; missing.Length > 0 && i < 300; i++)
        {
            text = await http.GetStringAsync(page);
            var lines = text.Split('\n').Select(Ordered).ToHashSet(StringComparer.Ordinal);
            missing = [.. expected.Where(line => !lines.Contains(line))];
            if (missing.Length > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System); // what passed is counted beside, not before
        }
        Assert.True(missing.Length == 0, $"Missing: {string.Join("; ", missing)} in\n{text}");
        Assert.Equal(4, text.Split('\n').Where(line => line.StartsWith("mcp_tool_execute_seconds_count", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)));
        run.Input.Close();
        // It may work on at the call that was cancelled, until TERM.
        Assert.Contains(await run.EndAsync(), new[] { 0, 128 + 15 });
    }

    /// <summary>A line with its labels by name, without those of the scope.</summary>
    static string Ordered(string line)
    {
        var (open, close) = (line.IndexOf('{', StringComparison.Ordinal), line.IndexOf('}', StringComparison.Ordinal));
        return open < 0 || close < 0 ? line
            : line[..(open + 1)] + string.Join(',', line[(open + 1)..close].Split(',').Where(label => !label.StartsWith("otel_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)) + line[close..];
    }

    /// <summary>A listing, a call, an unknown tool, bad arguments, progress and a cancellation.</summary>
    static async Task UseEverythingAsync(McpClient client)
    {
        Assert.Contains(await client.ListToolsAsync(), tool => tool.Name == "echo");
        await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "hi" });
        await TryAsync(client, "nope", []);
        await TryAsync(client, "echo", []);
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var waiting = client.CallToolAsync("trigger-long-running-operation", new Dictionary<string, object?> { ["duration"] = 1000, ["steps"] = 5000 }, new Reported(started), cancellationToken: stop.Token).AsTask();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    static void AssertEverything(TestApp app, string server)
    {
        Assert.Equal(4, app.Recorder.Count("mcp_tool_execute_seconds", ("server_id", server)));
        Assert.Equal(4, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "echo"), ("outcome", "success")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "echo"), ("error_kind", "validation")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "nope"), ("error_kind", "validation")));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "trigger-long-running-operation"), ("outcome", "cancelled")));
        Assert.Equal(4, app.Recorder.Spans.Count);
    }

    static async Task TryAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        try
        {
            Assert.True((await client.CallToolAsync(tool, arguments)).IsError);
        }
        catch (McpProtocolException)
        {
            // servers differ in how they refuse
        }
    }

    static double Read(TestApp app, string metric)
    {
        var before = app.Recorder.Measurements.Count;
        app.Recorder.ReadGauges();
        return app.Recorder.Measurements.Skip(before).Where(m => m.Metric == metric).Sum(m => m.Value);
    }

    sealed class Reported(TaskCompletionSource started) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => started.TrySetResult();
    }
}
