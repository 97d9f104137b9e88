using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;

namespace AiTelemetry.Mcp.Tests.Sdk;

/// <summary>An agent calls a tool, the tool asks a model: one trace, in which each step has one span, and the SDK's histograms count it once.</summary>
[Collection(AloneInTheProcess.Name)]
public class OneTraceTests
{
    const string Sdk = "Experimental.ModelContextProtocol";

    [Fact]
    public async Task Client_server_and_the_provider_call_in_the_tool_are_one_trace_and_nothing_is_told_twice()
    {
        using var app = new TestApp();
        using var model = app.Client(_ => new HttpResponseMessage
        {
            Content = new StringContent(
            """{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"42"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}""",
            Encoding.UTF8, "application/json"),
        });
        await using var server = await InProcessServer.StartAsync(builder => builder.WithAiTelemetry("files").WithTools([McpServerTool.Create(async () =>
        {
            using var answer = await model.PostAsync(new Uri("https://api.openai.com/v1/chat/completions"), new StringContent("""{"model":"gpt-4o","messages":[]}""", Encoding.UTF8, "application/json"));
            return (int)answer.StatusCode;
        }, new() { Name = "ask" })]));
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Sdk or "tests" or "AiTelemetry",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith("mcp.", StringComparison.Ordinal))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "mcp.method.name", Value: "tools/call" })
                    counts.AddOrUpdate($"{instrument.Meter.Name} {instrument.Name}", 1, (_, count) => count + 1);
            }
        });
        meters.Start();
        await using (var client = await McpClient.CreateAsync(server.Transport.WithAiTelemetry("files", app.Services)))
        {
            var ask = (await client.ListToolsAsync()).Single(tool => tool.Name == "ask").WithAiTelemetry("files", app.Services);
            spans.Clear();
            using var source = new ActivitySource("tests");
            using var turn = source.StartActivity("turn");
            await ask.InvokeAsync();
        }
        await server.DisposeAsync();

        var root = Assert.Single(spans, span => span.OperationName == "turn");
        var trace = spans.Where(span => span.TraceId == root.TraceId).ToArray();
        Assert.Equal(4, trace.Length);
        var tool = Assert.Single(trace, span => span.OperationName == "execute_tool ask");
        var served = Assert.Single(trace, span => span.Kind == ActivityKind.Server);
        var chat = Assert.Single(trace, span => span.OperationName == "llm.complete");
        Assert.Equal([root.SpanId, tool.SpanId, served.SpanId], [tool.ParentSpanId, served.ParentSpanId, chat.ParentSpanId]);
        Assert.Equal(Sdk, served.Source.Name);
        Assert.Equal([$"{Sdk} mcp.client.operation.duration", $"{Sdk} mcp.server.operation.duration"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(counts.Values, count => Assert.Equal(1, count));
        Assert.Equal(1, app.Recorder.Count("mcp_tool_execute_seconds"));
        Assert.Equal(5, Assert.Single(app.Recorder.Calls).Usage.Input);
    }

    [Fact]
    public async Task The_sample_shows_a_provider_call_and_a_tool_call_in_one_trace()
    {
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;
        using var sample = Process.Start(new ProcessStartInfo(Path.Combine(Root(), "samples/McpServer/bin", configuration, "net10.0/McpServer")) { UseShellExecute = false, RedirectStandardOutput = true })!;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = await sample.StandardOutput.ReadToEndAsync(bound.Token);
        await sample.WaitForExitAsync(bound.Token);

        Assert.Equal(0, sample.ExitCode);
        Assert.Contains("execute_tool get_weather", said, StringComparison.Ordinal);
        Assert.Contains("chat gpt-4o", said, StringComparison.Ordinal);
        Assert.Contains("Tool calls: 1\nOpen connections: 1\n", said, StringComparison.Ordinal);
    }

    static string Root([CallerFilePath] string file = "") => Path.GetFullPath("../../..", Path.GetDirectoryName(file)!);
}
