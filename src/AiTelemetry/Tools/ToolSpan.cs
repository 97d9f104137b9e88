using System.Diagnostics;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;

namespace AiTelemetry.Tools;

/// <summary>The span of a tool call: started, or found around it and joined; finished with how the call went. Never with what the tool said.</summary>
internal sealed class ToolSpan(ActivitySource source, AiTelemetryOptions options, TimeProvider time)
{
    public bool HasListeners => source.HasListeners();

    /// <summary>Starts a span under the ambient one, or joins that: the MCP SDK's own of the same call, or an enclosing tool execution.</summary>
    /// <remarks>What is ambient stays as it is.</remarks>
    public void Start(ToolCall call, string tool, Activity? ambient)
    {
        if (ambient is not null && IsToolExecution(ambient))
        {
            call.Span = Ambience.With(ambient);
            call.IsJoined = true;
            return;
        }
        if (!source.HasListeners())
            return;
        var now = Ambience.Now();
        try
        {
            if (now.Activity != ambient)
                Activity.Current = ambient;
            if (source.StartActivity(SpanDefinition.ToolPrefix + tool, ActivityKind.Client) is { } activity)
                call.Span = Ambience.With(activity);
        }
        finally
        {
            now.Restore();
        }
    }

    /// <summary>Starts a span for a call between other processes, at the time it passed, under the span that the caller named.</summary>
    public void StartRemote(ToolCall call, RpcMessage message)
    {
        if (!source.HasListeners())
            return;
        var parent = ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out var named) ? named : default;
        var startedAt = time.GetUtcNow() - time.GetElapsedTime(call.Started);
        var now = Ambience.Now();
        if (source.StartActivity(SpanDefinition.ToolPrefix + message.Tool, ActivityKind.Client, parent, tags: null, links: null, startedAt) is { } activity)
            call.Span = Ambience.With(activity);
        now.Restore();
    }

    public void End(ToolCall call, string outcome, string? kind, long at, Exception? exception)
    {
        var activity = call.Span.Activity!;
        if (activity.IsAllDataRequested && !activity.IsStopped)
            Describe(activity, call, outcome, kind, exception);
        if (call.IsJoined)
            return;
        activity.SetEndTime(activity.StartTimeUtc + time.GetElapsedTime(call.Started, at));
        activity.Stop();
    }

    /// <remarks>All at the end and by SetTag: the SDK adds tags of the same names to a span it has joined.</remarks>
    void Describe(Activity activity, ToolCall call, string outcome, string? kind, Exception? exception)
    {
        activity.SetTag(TagKeys.McpServerId, call.Tags.Server);
        if (call.IsJoined)
            return; // the rest is its owner's to say
        if (options.CompatibilityNames)
        {
            activity.DisplayName = SpanDefinition.ToolCall.CompatibilityName;
            activity.SetTag(TagKeys.ServerId, call.Tags.Server);
            activity.SetTag(TagKeys.ToolName, call.Tags.Tool);
            activity.SetTag(TagKeys.ArgCount, CallSpan.Box(call.Arguments));
        }
        activity.SetTag(TagKeys.OperationName, SpanDefinition.ToolOperation);
        activity.SetTag(TagKeys.GenAiToolName, activity.OperationName[SpanDefinition.ToolPrefix.Length..]);
        if (!call.Id.IsNone)
        {
            activity.SetTag(TagKeys.McpMethod, SpanDefinition.McpToolsCall);
            activity.SetTag(TagKeys.JsonRpcRequestId, call.Id.ToString());
        }
        if (outcome == ToolOutcomes.Success)
            return;
        activity.SetTag(TagKeys.SemanticErrorType, exception is not null && kind == ToolErrorKinds.Execution ? exception.GetType().FullName : kind ?? outcome);
        if (options.CompatibilityNames && kind is not null)
            activity.SetTag(TagKeys.ErrorType, kind);
        if (outcome == ToolOutcomes.Cancelled)
        {
            activity.SetStatus(ActivityStatusCode.Unset);
            return; // the caller's own choice is no failure of the tool
        }
        activity.SetStatus(ActivityStatusCode.Error, kind); // also over what the SDK put there: the tool's output
        if (exception is not null)
        {
            activity.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection
            {
                ["exception.type"] = exception.GetType().FullName,
                ["exception.stacktrace"] = exception.StackTrace,
            }));
        }
    }

    static bool IsToolExecution(Activity ambient) => !ambient.IsStopped
        && (ambient.OperationName.StartsWith(SpanDefinition.ToolPrefix, StringComparison.Ordinal)
            || (ambient.Source.Name == SpanDefinition.McpSdkSource && ambient.OperationName.StartsWith(SpanDefinition.McpToolsCall, StringComparison.Ordinal)));
}
