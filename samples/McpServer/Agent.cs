using System.Diagnostics;
using System.Text;
using AiTelemetry;
using AiTelemetry.Testing;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Client;

namespace McpServer;

/// <summary>One turn of an agent: a call of a model, a call of a tool, in one trace.</summary>
internal static class Agent
{
    const string Question = """{"model":"gpt-4o","messages":[{"role":"user","content":"How is the weather in Bern?"}]}""";

    static readonly ActivitySource Source = new("Agent");

    public static async Task<int> RunAsync()
    {
        await using var model = await FakeProvider.StartAsync();
        model.Reply(new FakeReply { InputTokens = 50, OutputTokens = 12 });
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAiTelemetry(options => options.MapHost(model.OpenAi.Authority, "openai")).AddMcp();
        using var host = builder.Build();
        await host.StartAsync();
        using var spans = new SpanList();
        using var recorder = new TelemetryRecorder(host.Services);

        // #region snippet-mcp-client
        var transport = new StdioClientTransport(new() { Command = Environment.ProcessPath!, Arguments = ["serve"] });
        await using var client = await McpClient.CreateAsync(transport.WithAiTelemetry("weather"));
        // #endregion
        var tools = await client.ListToolsAsync();
        // #region snippet-mcp-registry
        var registry = new ToolRegistry<AIFunction>(host.Services)
            .AddServer("weather", client, tool => tool.WithAiTelemetry("weather"));
        var found = await registry.FindAsync("get_weather");
        // #endregion
        using (Source.StartActivity("agent turn"))
        {
            using var http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("openai");
            using var answer = await http.PostAsync(new Uri(model.OpenAi, "v1/chat/completions"), new StringContent(Question, Encoding.UTF8, "application/json"));
            // #region snippet-mcp-tool
            var weather = tools.Single(tool => tool.Name == "get_weather").WithAiTelemetry("weather");
            await weather.InvokeAsync(new() { ["city"] = "Bern" });
            // #endregion
        }
        recorder.ReadGauges();

        Console.WriteLine("Spans of the turn, in one trace:");
        foreach (var span in spans.OfTurn())
            Console.WriteLine($"  {span.DisplayName,-28} {span.Duration.TotalMilliseconds,8:0.0} ms");
        Console.WriteLine($"Tool calls: {recorder.Count("mcp_tool_execute_seconds", ("server_id", "weather"), ("outcome", "success"))}");
        Console.WriteLine($"Open connections: {recorder.Sum("mcp_server_connections_active")}");
        Console.WriteLine($"Bytes that the tool adds to each prompt: {recorder.Sum("mcp_tool_schema_bytes")}");
        Console.WriteLine($"In the registry: {found?.ServerId}/{found?.Name}");
        Console.WriteLine($"Cost: {recorder.CostUsd} USD");
        await host.StopAsync();
        return spans.OfTurn().Count == 3 ? 0 : 1;
    }

    /// <summary>The spans that ended, as an exporter would get them.</summary>
    sealed class SpanList : IDisposable
    {
        readonly List<Activity> _ended = [];
        readonly ActivityListener _listener;

        public SpanList()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Agent" or "AiTelemetry" or "Experimental.ModelContextProtocol",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span =>
                {
                    lock (_ended)
                        _ended.Add(span);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> OfTurn()
        {
            lock (_ended)
                return [.. _ended.Where(span => span.TraceId == _ended.First(turn => turn.OperationName == "agent turn").TraceId).OrderBy(span => span.StartTimeUtc)];
        }

        public void Dispose() => _listener.Dispose();
    }
}
