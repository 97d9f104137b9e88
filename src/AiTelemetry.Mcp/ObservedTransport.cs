using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiTelemetry.Mcp;

/// <summary>A transport that shows what passes to an <see cref="McpTraffic"/>.</summary>
internal sealed class ObservedTransport(IClientTransport inner, string serverId, CallTelemetrySource? source) : IClientTransport
{
    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        // In force before the inner transport connects: what it starts for itself (a stream for the server's own messages) belongs to this door too.
        var traffic = Traffic();
        if (traffic is not null)
            new McpDoor { Traffic = traffic }.Enter();
        var connected = await inner.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return traffic is null ? connected : new ObservedSession(connected, traffic);
    }

    McpTraffic? Traffic()
    {
        var telemetry = (source ?? CallTelemetrySource.Latest)?.Get();
        try
        {
            return telemetry is null ? null : new McpTraffic(telemetry.Tools, serverId);
        }
        catch (Exception e)
        {
            telemetry!.Faults.Report(Doors.Tools, e); // kept from the app: it gets its connection
            return null;
        }
    }
}
