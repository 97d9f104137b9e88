using AiTelemetry.Mcp;
using ModelContextProtocol.Client;

namespace AiTelemetry;

/// <summary>Adds MCP servers to a <see cref="ToolRegistry{TTool}"/>.</summary>
public static class ToolRegistryExtensions
{
    /// <summary>Adds a connected server, whose tools are loaded when they are first needed, and again after it has said that their list changed.</summary>
    /// <remarks>
    /// From revision 2026-07-28 of MCP on, a server says so only where it is asked to: then the first load also sends <c>subscriptions/listen</c> and leaves it open. With the
    /// revisions before, servers say it unasked. The registry keeps no hold on the connection: disposing the client is the app's.
    /// </remarks>
    /// <typeparam name="TTool">What the app calls a tool.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="serverId">The server's name.</param>
    /// <param name="client">The connection to it.</param>
    /// <param name="select">Makes the app's tool of each; null where <typeparamref name="TTool"/> is <see cref="McpClientTool"/> or something it is.</param>
    /// <returns>The same registry.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty, the name is taken, or the app's tools are something else and <paramref name="select"/> is null.</exception>
    public static ToolRegistry<TTool> AddServer<TTool>(this ToolRegistry<TTool> registry, string serverId, McpClient client, Func<McpClientTool, TTool>? select = null)
        where TTool : class
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(client);
        if (select is null && !typeof(TTool).IsAssignableFrom(typeof(McpClientTool)))
            throw new ArgumentException($"A {nameof(McpClientTool)} is no {typeof(TTool).Name}: say what to make of it.", nameof(select));
        var listed = new ListedTools<TTool>(client, select ?? (static tool => (TTool)(object)tool), () => registry.Invalidate(serverId));
        registry.AddServer(serverId, listed.LoadAsync);
        listed.Watch();
        return registry;
    }
}
