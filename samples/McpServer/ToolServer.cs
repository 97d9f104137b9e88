using System.ComponentModel;
using ModelContextProtocol.Server;

namespace McpServer;

/// <summary>A tool server as anyone would write it, measured by one line.</summary>
internal static class ToolServer
{
    public static async Task<int> RunAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders(); // what is said on stdout is the protocol's
        // #region snippet-mcp-server
        builder.Services.AddMcpServer()
            .WithStdioServerTransport()
            .WithTools<Weather>()
            .WithAiTelemetry("weather");
        // #endregion
        await builder.Build().RunAsync();
        return 0;
    }
}

/// <summary>Its tools.</summary>
[McpServerToolType]
internal sealed class Weather
{
    [McpServerTool(Name = "get_weather"), Description("The weather in a city.")]
    public static string Get([Description("The city.")] string city) => $"Rain in {city}, 12 °C.";
}
