using AiTelemetry.Mcp;
using ModelContextProtocol.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds AiTelemetry to MCP servers.</summary>
public static class AiTelemetryMcpServerBuilderExtensions
{
    /// <summary>Measures every tool call that this server answers.</summary>
    /// <remarks>
    /// For the servers of clients elsewhere: a call that a measured client of the same process made is counted there and not again here.
    /// Adds <c>AddAiTelemetry()</c> and <c>AddMcp()</c> to the services where they are not there.
    /// </remarks>
    /// <param name="builder">The server.</param>
    /// <param name="serverId">The server's name on metrics and spans; by default the name it tells its clients.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IMcpServerBuilder WithAiTelemetry(this IMcpServerBuilder builder, string? serverId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddAiTelemetry().AddMcp();
        builder.Services.AddOptions<McpServerOptions>().PostConfigure<IServiceProvider>((options, services) =>
            options.Filters.Request.CallToolFilters.Insert(0, new ServerDoor(services, serverId).Around));
        return builder;
    }
}
