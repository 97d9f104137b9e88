using System.ComponentModel;
using System.IO.Pipelines;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AiTelemetry.Mcp.Tests.Sdk;

/// <summary>A real server of the SDK in this process, on pipes.</summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    readonly Pipe _toServer = new();
    readonly Pipe _toClient = new();
    readonly IHost _host;

    InProcessServer(Action<IMcpServerBuilder>? configure, Action<IServiceCollection>? services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        var server = builder.Services.AddMcpServer(options => options.ServerInfo = new Implementation { Name = "in-process", Version = "1" })
            .WithStreamServerTransport(_toServer.Reader.AsStream(), _toClient.Writer.AsStream())
            .WithTools(Tools());
        configure?.Invoke(server);
        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    public IServiceProvider Services => _host.Services;

    public IClientTransport Transport => new StreamClientTransport(_toServer.Writer.AsStream(), _toClient.Reader.AsStream());

    public static async Task<InProcessServer> StartAsync(Action<IMcpServerBuilder>? configure = null, Action<IServiceCollection>? services = null)
    {
        var server = new InProcessServer(configure, services);
        await server._host.StartAsync();
        return server;
    }

    /// <summary>The server goes as one that crashed: its output ends.</summary>
    public async Task CrashAsync()
    {
        await _toClient.Writer.CompleteAsync();
        await _toServer.Reader.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        await _host.StopAsync();
        _host.Dispose();
    }

    static IEnumerable<McpServerTool> Tools() =>
    [
        McpServerTool.Create([Description("Echoes.")] (string message) => message, new() { Name = "echo" }),
        McpServerTool.Create(string () => throw new InvalidOperationException("A secret of the tool."), new() { Name = "fail" }),
        McpServerTool.Create(async (IProgress<ModelContextProtocol.ProgressNotificationValue> progress, CancellationToken cancellationToken) =>
        {
            progress.Report(new() { Progress = 1 });
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }, new() { Name = "wait" }),
    ];
}
