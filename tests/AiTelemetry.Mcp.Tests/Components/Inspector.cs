using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using AiTelemetry.Mcp.Tests.Proxy;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>The inspector's command line as the agent of one run of the proxy.</summary>
/// <remarks>
/// It starts the server anew for each thing it asks, and the page of a proxy lives as long as its server. So what it starts here is a connection to the one proxy: its bytes go
/// there and back unchanged. Between its runs the test may speak to the proxy itself.
/// </remarks>
internal sealed class Inspector : IDisposable
{
    public const string Module = "eng/components/node_modules/.bin/mcp-inspector";

    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    readonly ProxyProcess _run;
    readonly string _agent;
    readonly TcpListener _door = new(IPAddress.Loopback, 0);
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    volatile NetworkStream? _asking;

    public Inspector(ProxyProcess run, string folder)
    {
        _run = run;
        _door.Start();
        _agent = Path.Combine(folder, "agent.sh");
        File.WriteAllText(_agent, $"exec '{ComponentFactAttribute.Find("node")}' -e \"const s = require('net').connect({((IPEndPoint)_door.LocalEndpoint).Port}, '127.0.0.1'); "
            + "process.stdin.pipe(s); s.pipe(process.stdout); s.on('close', () => process.exit());\"\n");
        _ = FromProxyAsync();
    }

    /// <summary>The names of the tools it lists.</summary>
    public async Task<string[]> ListAsync() =>
        [.. JsonNode.Parse(await AskAsync("tools/list"))!["tools"]!.AsArray().Select(tool => (string)tool!["name"]!)];

    /// <summary>What it says of a call.</summary>
    public Task<string> CallAsync(NpmCall call) => AskAsync("tools/call", ["--tool-name", call.Tool, .. call.Words()]);

    /// <summary>Sends a message without it.</summary>
    public Task SendAsync(string message) => _run.Input.WriteAsync(Encoding.UTF8.GetBytes(message + "\n")).AsTask();

    /// <summary>Waits for a line that has these words in it.</summary>
    public async Task ReceiveAsync(string words)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!(await _lines.Reader.ReadAsync(bound.Token)).Contains(words, StringComparison.Ordinal))
        {
        }
    }

    public void Dispose() => _door.Dispose();

    async Task<string> AskAsync(string method, params string[] arguments)
    {
        var start = new ProcessStartInfo(ComponentFactAttribute.Find("node"), [ComponentFactAttribute.Find(Module), "--cli", "/bin/sh", _agent, "--method", method, .. arguments])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var bound = new CancellationTokenSource(Bound);
        using var inspector = Process.Start(start)!;
        inspector.StandardInput.Close();
        var complaints = inspector.StandardError.ReadToEndAsync(bound.Token);
        using (var asking = await _door.AcceptTcpClientAsync(bound.Token))
        {
            _asking = asking.GetStream();
            var buffer = new byte[64 << 10];
            for (var count = await _asking.ReadAsync(buffer, bound.Token); count > 0; count = await _asking.ReadAsync(buffer, bound.Token))
                await _run.Input.WriteAsync(buffer.AsMemory(0, count), bound.Token);
            _asking = null;
        }
        var said = await inspector.StandardOutput.ReadToEndAsync(bound.Token);
        await inspector.WaitForExitAsync(bound.Token);
        return said.Length > 0 ? said : await complaints;
    }

    async Task FromProxyAsync()
    {
        while (await _run.Lines.ReadLineAsync() is { } line)
        {
            if (_asking is { } asking)
                await TryWriteAsync(asking, line + "\n");
            else
                _lines.Writer.TryWrite(line);
        }
        _lines.Writer.Complete();
    }

    static async Task TryWriteAsync(NetworkStream stream, string line)
    {
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // it has what it asked for and is gone
        }
    }
}
