using AiTelemetry.Calls;
using AiTelemetry.Mcp;
using Microsoft.Extensions.AI;

namespace ModelContextProtocol.Client;

/// <summary>Measures the tool calls of MCP clients.</summary>
public static class McpTelemetryExtensions
{
    /// <summary>Measures every tool call that goes through a transport, and its connection.</summary>
    /// <remarks>
    /// Messages pass unchanged and undelayed. The MCP SDK tells the kind of its own transports only: behind this one it reports <c>network.transport</c> as
    /// <c>unknown</c> on its spans and metrics. The sizes of calls are measured where bytes pass: over HTTP with an observed client.
    /// </remarks>
    /// <param name="transport">The transport to the server.</param>
    /// <param name="serverId">The server's name on metrics and spans.</param>
    /// <param name="services">The app's services, with <c>AddAiTelemetry()</c>; null: those of the host of this process that started last, asked for when it is needed.</param>
    /// <returns>A transport for <c>McpClient.CreateAsync</c>.</returns>
    /// <exception cref="ArgumentException">An argument is null or the name is empty.</exception>
    /// <exception cref="InvalidOperationException">AiTelemetry was not added to the services.</exception>
    public static IClientTransport WithAiTelemetry(this IClientTransport transport, string serverId, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentException.ThrowIfNullOrWhiteSpace(serverId);
        return transport is ObservedTransport ? transport : new ObservedTransport(transport, serverId, services is null ? null : CallTelemetrySource.Of(services));
    }

    /// <summary>Measures every call of a tool, for apps that hold tools and not the client: MCP tools and local functions.</summary>
    /// <remarks>Its span is the one that the MCP SDK joins. A call that is seen further inside too, by a decorated transport or over HTTP, is counted there and once.</remarks>
    /// <param name="tool">The tool.</param>
    /// <param name="serverId">The name of its server on metrics and spans; for local functions a name of their group.</param>
    /// <param name="services">The app's services, with <c>AddAiTelemetry()</c>; null: those of the host of this process that started last, asked for when it is needed.</param>
    /// <returns>A tool with the same name, schema and behaviour.</returns>
    /// <exception cref="ArgumentException">An argument is null or the name is empty.</exception>
    /// <exception cref="InvalidOperationException">AiTelemetry was not added to the services.</exception>
    public static AIFunction WithAiTelemetry(this AIFunction tool, string serverId, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentException.ThrowIfNullOrWhiteSpace(serverId);
        return tool is ObservedTool ? tool : new ObservedTool(tool, serverId, services is null ? null : CallTelemetrySource.Of(services));
    }
}
