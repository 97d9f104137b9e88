using System.Diagnostics;
using AiTelemetry.Tests.Shared;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>The servers of the MCP project, in JavaScript.</summary>
internal static class NpmServer
{
    public const string Folder = "eng/components/node_modules/@modelcontextprotocol/";

    /// <summary>The command that starts one over stdio.</summary>
    /// <param name="name">Its name, without <c>server-</c>.</param>
    /// <param name="folder">A folder of its own.</param>
    public static string[] Command(string name, string folder) =>
        [ComponentFactAttribute.Find("node"), ComponentFactAttribute.Find($"{Folder}server-{name}/dist/index.js"), name == "everything" ? "stdio" : folder];

    public static StdioClientTransport Transport(string[] command, string folder) => new(new StdioClientTransportOptions
    {
        Command = command[0],
        Arguments = command[1..],
        EnvironmentVariables = new Dictionary<string, string?>(StringComparer.Ordinal) { ["MEMORY_FILE_PATH"] = Path.Combine(folder, "memory.json") },
    });

    /// <summary>Starts the one that speaks HTTP, on a free port of 127.0.0.1.</summary>
    public static async Task<(Process Process, Uri Address)> StartHttpAsync()
    {
        // It takes its port from the environment and tells it nowhere: this preload makes it take a free one of 127.0.0.1 and tell.
        const string Preload = "const net = require('net'), listen = net.Server.prototype.listen; net.Server.prototype.listen = function (port, ...rest) { "
            + "const server = listen.call(this, 0, '127.0.0.1', rest.find(one => typeof one === 'function')); "
            + "server.once('listening', () => console.log('PORT ' + server.address().port)); return server; };";
        var preload = Path.Combine(Path.GetTempPath(), $"aitel-preload-{Environment.ProcessId}.cjs");
        await File.WriteAllTextAsync(preload, Preload);
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("node"), ["--require", preload, ComponentFactAttribute.Find($"{Folder}server-everything/dist/index.js"), "streamableHttp"])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
        {
            if (!line.StartsWith("PORT ", StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            File.Delete(preload);
            return (process, new Uri($"http://127.0.0.1:{line[5..]}/mcp"));
        }
        throw new InvalidOperationException("The server told no port.");
    }
}
