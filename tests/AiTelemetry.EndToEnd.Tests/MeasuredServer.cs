using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AiTelemetry.Monitoring.Tests.Live;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.EndToEnd.Tests;

/// <summary>A real MCP server from npm behind <c>aitel proxy</c>, spoken to in JSON-RPC.</summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    public const string Server = "eng/components/node_modules/@modelcontextprotocol/server-everything/dist/index.js";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process _proxy;
    int _id;

    MeasuredServer(Process proxy, string target) => (_proxy, Target) = (proxy, target);

    /// <summary>What to scrape, as host and port.</summary>
    public string Target { get; }

    /// <summary>Starts it. A port that another process took meanwhile is tried again with another one.</summary>
    public static async Task<MeasuredServer> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = Start();
            try
            {
                await server.AskAsync("initialize", """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}""");
                await server.WriteAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
                using var client = new HttpClient();
                await client.GetStringAsync(new Uri($"http://{server.Target}/metrics"));
                return server;
            }
            catch (Exception e) when (attempt < 3 && e is (HttpRequestException or InvalidOperationException or IOException))
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Calls the tool that gives back what it is given.</summary>
    public async Task EchoAsync(string message)
    {
        var answer = await AskAsync("tools/call", $$$"""{"name":"echo","arguments":{"message":"{{{message}}}"}}""");
        Assert.Contains(message, answer.GetProperty("result").ToString(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.StandardInput.Close(); // as an agent that goes
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _proxy.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!_proxy.HasExited)
                _proxy.Kill(entireProcessTree: true);
            _proxy.Dispose();
        }
    }

    static MeasuredServer Start()
    {
        var target = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{RunningProgram.FreePort()}");
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;
        var proxy = Process.Start(new ProcessStartInfo(ComponentFactAttribute.Find($"src/AiTelemetry.Cli/bin/{configuration}/net10.0/AiTelemetry.Cli"),
            ["proxy", "--server-id", "everything", "--metrics", target, "--", ComponentFactAttribute.Find("node"), ComponentFactAttribute.Find(Server), "stdio"])
        { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        proxy.ErrorDataReceived += static (_, _) => { };
        proxy.BeginErrorReadLine();
        return new MeasuredServer(proxy, target);
    }

    async Task<JsonElement> AskAsync(string method, string parameters)
    {
        var id = ++_id;
        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}"""));
        using var limit = new CancellationTokenSource(Patience);
        while (await _proxy.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            var message = JsonSerializer.Deserialize<JsonElement>(line);
            if (message.TryGetProperty("id", out var answered) && answered.ValueKind == JsonValueKind.Number && answered.GetInt32() == id && !message.TryGetProperty("method", out _))
                return message;
        }
        throw new InvalidOperationException($"The server ended before it answered {method}.");
    }

    async Task WriteAsync(string message)
    {
        await _proxy.StandardInput.WriteAsync(message + "\n");
        await _proxy.StandardInput.FlushAsync();
    }
}
