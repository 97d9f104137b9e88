using System.Diagnostics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AiTelemetry.Mcp;

/// <summary>The door of a server: counts the tool calls it answers, but for those that a client door of the same process has begun.</summary>
internal sealed class ServerDoor(IServiceProvider services, string? serverId)
{
    readonly CallTelemetrySource _source = CallTelemetrySource.Of(services);
    string? _name = serverId;

    public McpRequestHandler<CallToolRequestParams, CallToolResult> Around(McpRequestHandler<CallToolRequestParams, CallToolResult> next) => async (context, cancellationToken) =>
    {
        if (_source.Get()?.Tools is not { IsListening: true } telemetry || Start(telemetry, context) is not { } call)
            return await next(context, cancellationToken).ConfigureAwait(false);
        CallToolResult result;
        try
        {
            result = await next(context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var at = telemetry.Time.GetTimestamp();
            if (e is McpProtocolException refused)
                telemetry.End(call, ToolOutcomes.Error, RpcWords.KindOf((int)refused.ErrorCode), at, e);
            else if (e is OperationCanceledException)
                telemetry.Fail(call, e, at);
            else
                telemetry.End(call, ToolOutcomes.Error, ToolErrorKinds.Execution, at, e);
            throw;
        }
        var kind = FailedResult.KindOf(result);
        telemetry.End(call, kind is null ? ToolOutcomes.Success : ToolOutcomes.Error, kind, telemetry.Time.GetTimestamp());
        return result;
    };

    ToolCall? Start(ToolTelemetry telemetry, RequestContext<CallToolRequestParams> context)
    {
        try
        {
            var facts = MessageFacts.Of(context.JsonRpcRequest);
            if (facts?.Tool is not { } tool || ClientCalls.IsBegun(facts.Id, tool))
                return null;
            _name ??= services.GetService<IOptions<McpServerOptions>>()?.Value.ServerInfo?.Name ?? "server";
            return telemetry.Start(facts, telemetry.TagsOf(_name, tool), tool, telemetry.Time.GetTimestamp(), Activity.Current);
        }
        catch (Exception e)
        {
            telemetry.Faults.Report(Doors.Tools, e); // kept from the app: its tool answers unmeasured
            return null;
        }
    }
}
