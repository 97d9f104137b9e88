using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AiTelemetry.Tests.Shared;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>One of the servers of the MCP project, in JavaScript, that one can hold, let go and kill.</summary>
/// <param name="name">Its name, without <c>server-</c>.</param>
/// <param name="folder">A folder of its own.</param>
internal sealed partial class NpmServer(string name, string folder)
{
    public const string Folder = "eng/components/node_modules/@modelcontextprotocol/";

    const int SigStop = 19;
    const int SigContinue = 18;
    const int SigKill = 9;

    public string Name => name;

    /// <summary>The command that starts it over stdio and tells its process id in a file. A script, which every door can start however it treats arguments.</summary>
    public string[] Command()
    {
        var script = Path.Combine(folder, "server.sh");
        string[] words = [ComponentFactAttribute.Find("node"), ComponentFactAttribute.Find($"{Folder}server-{name}/dist/index.js"), name == "everything" ? "stdio" : folder];
        File.WriteAllText(script, $"echo $$ > '{folder}/pid'\nMEMORY_FILE_PATH='{folder}/memory.json' exec {string.Join(' ', words.Select(word => $"'{word}'"))}\n");
        return ["/bin/sh", script];
    }

    public StdioClientTransport Transport()
    {
        var command = Command();
        return new(new StdioClientTransportOptions { Command = command[0], Arguments = command[1..] });
    }

    /// <summary>Its process, once it is connected.</summary>
    public int Id { get => field == 0 ? int.Parse(File.ReadAllText(Path.Combine(folder, "pid")), CultureInfo.InvariantCulture) : field; set; }

    /// <summary>Holds it: what is sent to it from here on waits.</summary>
    public void Hold() => Signal(SigStop);

    public void LetGo() => Signal(SigContinue);

    public void Kill() => Signal(SigKill);

    /// <summary>Starts it over HTTP, on a free port of 127.0.0.1; what speaks only stdio behind the inspector's bridge, which nobody here wrote either.</summary>
    public async Task<(Process Process, Uri Address)> StartHttpAsync()
    {
        if (name == "everything")
        {
            var (process, port) = await StartNodeAsync([ComponentFactAttribute.Find($"{Folder}server-everything/dist/index.js"), "streamableHttp"]);
            Id = process.Id;
            return (process, new Uri($"http://127.0.0.1:{port}/mcp"));
        }
        var command = Command();
        var bridge = await StartNodeAsync([ComponentFactAttribute.Find($"{Folder}inspector-server/build/index.js")]);
        return (bridge.Process, new Uri($"http://127.0.0.1:{bridge.Port}/mcp?transportType=stdio&command={Uri.EscapeDataString(command[0])}&args={Uri.EscapeDataString(command[1])}"));
    }

    static async Task<(Process Process, string Port)> StartNodeAsync(string[] arguments)
    {
        // Both take their port from the environment and one tells it nowhere: this preload makes them take a free one of 127.0.0.1 and tell.
        const string Preload = "const net = require('net'), listen = net.Server.prototype.listen; net.Server.prototype.listen = function (port, ...rest) { "
            + "const server = listen.call(this, 0, '127.0.0.1', rest.find(one => typeof one === 'function')); "
            + "server.once('listening', () => console.log('PORT ' + server.address().port)); return server; };";
        var preload = Path.Combine(Path.GetTempPath(), $"aitel-preload-{Guid.NewGuid():N}.cjs");
        await File.WriteAllTextAsync(preload, Preload);
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("node"), ["--require", preload, .. arguments])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["DANGEROUSLY_OMIT_AUTH"] = "true" } };
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
        {
            if (!line.StartsWith("PORT ", StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            File.Delete(preload);
            return (process, line[5..]);
        }
        throw new InvalidOperationException("The server told no port.");
    }

    void Signal(int signal) => Assert.Equal(0, kill(Id, signal));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
