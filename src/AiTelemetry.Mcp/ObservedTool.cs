using System.Diagnostics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace AiTelemetry.Mcp;

/// <summary>A tool whose calls are measured where the app makes them.</summary>
internal sealed class ObservedTool(AIFunction inner, string serverId, CallTelemetrySource? source) : DelegatingAIFunction(inner)
{
    /// <summary>The name under which the server knows the tool: the app may show it to models under another.</summary>
    readonly string _tool = inner.GetService<McpClientTool>()?.ProtocolTool.Name ?? inner.Name;

    readonly bool _isRemote = inner.GetService<McpClientTool>() is not null;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        if ((source ?? CallTelemetrySource.Latest)?.Get()?.Tools is not { IsListening: true } telemetry || Start(telemetry, arguments) is not { } call)
            return await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (call.Span.Activity is not null && !call.IsJoined)
            call.Span.Restore(); // the SDK joins the ambient span of a tool; gone again with the return of this method
        var door = new McpDoor { Tool = _tool };
        door.Enter();
        object? result;
        try
        {
            result = await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var at = telemetry.Time.GetTimestamp();
            if (door.IsClaimed)
                telemetry.Discard(call, at, Kind(e), e);
            else
                Fail(telemetry, call, e, at);
            throw;
        }
        End(telemetry, call, door, result);
        return result;
    }

    ToolCall? Start(ToolTelemetry telemetry, AIFunctionArguments arguments)
    {
        try
        {
            var facts = new RpcMessage { Kind = RpcKind.Request, Method = RpcMethod.ToolsCall, Tool = _tool, Arguments = arguments?.Count ?? 0 };
            return telemetry.Start(facts, telemetry.TagsOf(serverId, _tool), _tool, telemetry.Time.GetTimestamp(), Activity.Current);
        }
        catch (Exception e)
        {
            telemetry.Faults.Report(Doors.Tools, e); // kept from the app: its tool is called unmeasured
            return null;
        }
    }

    static void End(ToolTelemetry telemetry, ToolCall call, McpDoor door, object? result)
    {
        var at = telemetry.Time.GetTimestamp();
        try
        {
            var kind = FailedResult.KindOf(result);
            if (door.IsClaimed)
                telemetry.Discard(call, at, kind);
            else
                telemetry.End(call, kind is null ? ToolOutcomes.Success : kind == ToolErrorKinds.Timeout ? ToolOutcomes.Timeout : ToolOutcomes.Error, kind, at);
        }
        catch (Exception e)
        {
            telemetry.Faults.Report(Doors.Tools, e); // kept from the app: it has its result
        }
    }

    void Fail(ToolTelemetry telemetry, ToolCall call, Exception exception, long at)
    {
        if (exception is McpProtocolException refused)
            telemetry.End(call, ToolOutcomes.Error, RpcWords.KindOf((int)refused.ErrorCode), at, exception);
        else if (!_isRemote && exception is not (OperationCanceledException or TimeoutException))
            telemetry.End(call, ToolOutcomes.Error, ToolErrorKinds.Execution, at, exception); // a local function's own, also where it speaks over a network itself
        else
            telemetry.Fail(call, exception, at, exception is McpException ? ToolErrorKinds.Connection : ToolErrorKinds.Execution); // the SDK's own: no answer came, or none that it takes for one
    }

    static string Kind(Exception exception) => exception is McpProtocolException refused ? RpcWords.KindOf((int)refused.ErrorCode) : ToolErrorKinds.Execution;
}
