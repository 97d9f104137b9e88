using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Shared;

/// <summary>One of everything that tools can tell of, in an app: calls over HTTP, a session, a registry, factories.</summary>
internal static class CausedTools
{
    /// <summary>The size of the one tool that the server lists: its name, description and schema.</summary>
    public const int SchemaBytes = 6 + 9 + 17;

    /// <summary>Causes it. The server is called <c>tools.test</c>; its tool <c>echo</c> answers, <c>fail</c> fails; a tool <c>answer</c> is made and looked up twice.</summary>
    /// <returns>The server, with all that passed.</returns>
    public static async Task<ScriptedMcpServer> EverythingAsync(IServiceProvider services)
    {
        var server = new ScriptedMcpServer();
        using var client = new HttpClient(new AiTelemetryHandler(services, server));
        string[] messages =
        [
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""", """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""",
            ScriptedMcpServer.Call(3, "echo"), ScriptedMcpServer.Call(4, "fail"),
        ];
        foreach (var message in messages)
        {
            using var request = ScriptedMcpServer.Post(message);
            using var response = await client.SendAsync(request);
        }
        var registry = new ToolRegistry<string>(services).AddTool("answer", () => "42");
        Assert.Equal("42", (await registry.FindAsync("answer"))?.Tool);
        Assert.Equal("42", (await registry.FindAsync("answer"))?.Tool);
        services.GetRequiredService<IHttpClientFactory>().CreateClient("tools").Dispose();
        return server;
    }
}
