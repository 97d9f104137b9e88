using System.Diagnostics;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp.Tests.Sdk;

[Collection(AloneInTheProcess.Name)]
public class ClientDoorTests
{
    [Fact]
    public async Task Calls_of_a_decorated_transport_are_counted_as_they_went()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        await using (var client = await McpClient.CreateAsync(server.Transport.WithAiTelemetry("files", app.Services)))
        {
            Assert.Equal(1, Read(app, "mcp_server_connections_active"));
            Assert.Equal(3, (await client.ListToolsAsync()).Count);
            await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "hi" });
            await client.CallToolAsync("fail");
            await Assert.ThrowsAsync<McpProtocolException>(() => client.CallToolAsync("nope").AsTask());
            await CancelAsync(client);
            Assert.True(Read(app, "mcp_tool_schema_bytes") > 100);
        }

        Assert.Equal(4, app.Recorder.Count("mcp_tool_execute_seconds", ("server_id", "files")));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "echo"), ("outcome", "success")));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "wait"), ("outcome", "cancelled")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "fail"), ("error_kind", "execution")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "nope"), ("error_kind", "validation")));
        Assert.Equal(0, Read(app, "mcp_server_connections_active"));
        Assert.All(app.Recorder.Spans, span => Assert.DoesNotContain("secret", span.StatusDescription ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_crashes_ends_its_calls_and_its_connection()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        await using var client = await McpClient.CreateAsync(server.Transport.WithAiTelemetry("files", app.Services));
        var started = new TaskCompletionSource();
        var waiting = client.CallToolAsync("wait", progress: new Reported(started)).AsTask();
        await started.Task;
        await server.CrashAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);

        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "wait"), ("error_kind", "connection")));
        Assert.Equal(0, Read(app, "mcp_server_connections_active"));
        await client.DisposeAsync();
        Assert.Equal(0, Read(app, "mcp_server_connections_active"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrapped_tool_counts_once_whether_its_transport_is_decorated_or_not(bool decorated)
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        var transport = decorated ? server.Transport.WithAiTelemetry("files", app.Services) : server.Transport;
        await using var client = await McpClient.CreateAsync(transport);
        var tools = (await client.ListToolsAsync()).ToDictionary(tool => tool.Name, tool => tool.WithAiTelemetry("files", app.Services));

        await tools["echo"].InvokeAsync(new() { ["message"] = "hi" });
        await tools["fail"].InvokeAsync();

        Assert.Equal(2, app.Recorder.Count("mcp_tool_execute_seconds", ("server_id", "files")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "fail"), ("error_kind", "execution")));
        Assert.Equal(["execute_tool echo", "execute_tool fail"], app.Recorder.Spans.Select(span => span.OperationName));
        Assert.Equal(ActivityStatusCode.Error, app.Recorder.Spans[1].Status);
    }

    [Fact]
    public async Task A_local_function_is_a_tool_and_what_it_throws_reaches_the_app()
    {
        using var app = new TestApp();
        var good = AIFunctionFactory.Create(() => 42, "answer").WithAiTelemetry("local", app.Services);
        var bad = AIFunctionFactory.Create(string () => throw new InvalidDataException("mine"), "bad").WithAiTelemetry("local", app.Services);
        await good.InvokeAsync();
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidDataException>(async () => await bad.InvokeAsync())).Message);

        var asks = AIFunctionFactory.Create(int () => throw new HttpRequestException(null, null, System.Net.HttpStatusCode.BadRequest), "asks").WithAiTelemetry("local", app.Services);
        await Assert.ThrowsAsync<HttpRequestException>(async () => await asks.InvokeAsync());

        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "asks"), ("error_kind", "execution"))); // what it asks in its turn is no server of tools
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "answer"), ("outcome", "success")));
        Assert.Equal(1, app.Recorder.Sum("mcp_tool_errors_total", ("tool_name", "bad"), ("error_kind", "execution")));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task One_call_is_one_trace_with_one_span_on_each_side()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        var sdk = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Experimental.ModelContextProtocol" or "tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = sdk.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var client = await McpClient.CreateAsync(server.Transport.WithAiTelemetry("files", app.Services));
        var echo = (await client.ListToolsAsync()).Single(tool => tool.Name == "echo").WithAiTelemetry("files", app.Services);
        sdk.Clear();
        using var source = new ActivitySource("tests");
        using (var agent = source.StartActivity("agent"))
        {
            await echo.InvokeAsync(new() { ["message"] = "hi" });
            await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "hi" });
        }

        var root = Assert.Single(sdk, span => span.OperationName == "agent");
        var ours = Assert.Single(app.Recorder.Spans); // the direct call's span is the SDK's own
        Assert.Equal(root.TraceId, ours.TraceId);
        Assert.Equal("files", ours.GetTagItem("aitelemetry.mcp.server.id"));
        Assert.Equal(ours.TagObjects.Count(), ours.TagObjects.DistinctBy(tag => tag.Key).Count());
        var calls = sdk.Where(span => span.OperationName == "tools/call echo").ToArray();
        Assert.All(calls, span => Assert.Equal(root.TraceId, span.TraceId));
        Assert.Equal(2, calls.Count(span => span.Kind == ActivityKind.Server));
        var direct = Assert.Single(calls, span => span.Kind == ActivityKind.Client);
        Assert.Equal("files", direct.GetTagItem("aitelemetry.mcp.server.id"));
        Assert.Contains(calls, span => span.Kind == ActivityKind.Server && span.ParentSpanId == ours.SpanId);
        Assert.Equal(2, app.Recorder.Count("mcp_tool_execute_seconds", ("tool_name", "echo")));
    }

    [Fact]
    public async Task A_server_counts_the_calls_of_clients_elsewhere_and_not_those_of_a_measured_client_beside_it()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync(builder => builder.WithAiTelemetry());
        using var recorder = new AiTelemetry.Testing.TelemetryRecorder(server.Services);
        await using (var elsewhere = await McpClient.CreateAsync(server.Transport))
        {
            await elsewhere.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "hi" });
            await elsewhere.CallToolAsync("fail");
            await Assert.ThrowsAsync<McpProtocolException>(() => elsewhere.CallToolAsync("nope").AsTask());
        }
        Assert.Equal(1, recorder.Count("mcp_tool_execute_seconds", ("server_id", "in-process"), ("tool_name", "echo"), ("outcome", "success")));
        Assert.Equal(1, recorder.Sum("mcp_tool_errors_total", ("tool_name", "fail"), ("error_kind", "execution")));
        Assert.Equal(1, recorder.Sum("mcp_tool_errors_total", ("tool_name", "nope"), ("error_kind", "validation")));
        Assert.Equal(3, recorder.Count("mcp_tool_execute_seconds"));

        await using var second = await InProcessServer.StartAsync(builder => builder.WithAiTelemetry());
        using var ofSecond = new AiTelemetry.Testing.TelemetryRecorder(second.Services);
        await using var beside = await McpClient.CreateAsync(second.Transport.WithAiTelemetry("files", app.Services));
        await beside.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "hi" });
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(0, ofSecond.Count("mcp_tool_execute_seconds"));
    }

    [Fact]
    public async Task Without_services_the_host_that_started_last_measures()
    {
        using var app = new TestApp();
        await using var server = await InProcessServer.StartAsync();
        await using var client = await McpClient.CreateAsync(server.Transport.WithAiTelemetry("files"));
        await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "hi" });

        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds", ("server_id", "files")));
    }

    static async Task CancelAsync(McpClient client)
    {
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var waiting = client.CallToolAsync("wait", progress: new Reported(started), cancellationToken: stop.Token).AsTask();
        await started.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
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
