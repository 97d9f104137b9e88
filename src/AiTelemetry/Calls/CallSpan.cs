using System.Diagnostics;
using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>The span of a call: started, or found around it and joined; finished with what the call turned out to be.</summary>
internal sealed class CallSpan(ActivitySource source, AiTelemetryOptions options)
{
    /// <summary>Listeners match sources by name, so that asking one of the same name tells whether HttpClient's own spans are wanted.</summary>
    static readonly ActivitySource HttpClientSource = new("System.Net.Http");

    static readonly string[] InferenceOperations = ["chat", "generate_content", "text_completion", "embeddings"];
    static readonly object[] Boxes = [.. Enumerable.Range(0, 1024).Select(i => (object)i)];
    static readonly object?[] Large = new object?[1024];
    static readonly object True = true;

    public bool HasListeners => source.HasListeners();

    /// <summary>Whether our span may stay ambient while the request is sent: where it would cost nothing that was not there before.</summary>
    public static bool MayStayAmbient(Activity? ambient) => ambient is not null || HttpClientSource.HasListeners();

    /// <summary>Starts a span for the call, or joins the one around it.</summary>
    public void Start(ProviderCall call, Activity? ambient, SemanticTags tags)
    {
        if (ambient is not null && IsOurs(ambient))
        {
            // A handler of ours that stands further out, where this one cannot be seen from, has begun this call: its span goes on here.
            call.Span = Ambience.With(ambient);
            return;
        }
        if (ambient is not null && IsInference(ambient))
        {
            if (ambient.GetTagItem(TagKeys.Attempt) is not int attempts)
            {
                ambient.SetTag(TagKeys.Attempt, 1);
                call.Span = Ambience.With(ambient);
                call.IsJoined = true;
                return;
            }
            call.Attempt = (ushort)Math.Max(call.Attempt, attempts + 1);
            ambient.SetTag(TagKeys.Attempt, attempts + 1);
        }
        if (!source.HasListeners())
            return;
        if (source.StartActivity(SpanDefinition.ProviderCall.OperationName, ActivityKind.Client, default(ActivityContext), tags) is { } activity)
            call.Span = Ambience.With(activity);
    }

    /// <summary>Starts a span for a call that only its end showed to be one, at the time it began. It is nobody's parent and joins none.</summary>
    public void StartAfter(ProviderCall call, in CallEnd end, SemanticTags tags)
    {
        if (!source.HasListeners())
            return;
        if (source.StartActivity(SpanDefinition.ProviderCall.OperationName, ActivityKind.Client, default(ActivityContext), tags) is not { } activity)
            return;
        activity.SetStartTime(activity.StartTimeUtc - end.Duration);
        call.Span = Ambience.With(activity);
    }

    /// <summary>Gives the span all that is known, and ends it where it is our own.</summary>
    public void End(ProviderCall call, in CallEnd end, in CallUsage usage, in CostResult cost, SemanticTags tags)
    {
        var activity = call.Span.Activity!;
        var isJoined = call.IsJoined;
        if (activity.IsAllDataRequested && !activity.IsStopped)
        {
            Describe(activity, call, end, tags);
            Usage(activity, call, usage, cost);
            Dimensions(activity, call.RareOrNull?.Dimensions);
            if (end.ErrorType is not null && !isJoined) // whether its operation failed is for the owner of a joined span to say
                Error(activity, call, end);
            if (options.CompatibilityNames && !isJoined)
                Compatibility(activity, call, end, usage);
        }
        if (isJoined)
            return;
        activity.SetEndTime(activity.StartTimeUtc + end.Duration);
        activity.Stop();
    }

    bool IsOurs(Activity activity) =>
        activity.Source == source && !activity.IsStopped && activity.OperationName == SpanDefinition.ProviderCall.OperationName;

    static bool IsInference(Activity activity) =>
        !activity.IsStopped && activity.GetTagItem(TagKeys.OperationName) is string operation && Array.IndexOf(InferenceOperations, operation) >= 0;

    void Describe(Activity activity, ProviderCall call, in CallEnd end, SemanticTags tags)
    {
        if (!call.IsJoined)
        {
            if (!options.CompatibilityNames)
                activity.DisplayName = call.RequestModel == tags.RequestModel ? tags.DisplayName : SemanticTags.DisplayNameOf(call.Route.Operation, call.RequestModel);
            // The model of a request that could be read only while it was sent was not there at the start.
            if (call.RequestModel is { } asked && activity.GetTagItem(TagKeys.RequestModel) as string != asked)
                activity.SetTag(TagKeys.RequestModel, asked);
            if (call.IsStream)
                activity.AddTag(TagKeys.RequestStream, True);
            if (call.Attempt > 1)
                activity.AddTag(TagKeys.Attempt, Box(call.Attempt));
        }
        if (call.ResponseModel is { } model)
            activity.SetTag(TagKeys.ResponseModel, model);
        if (call.ResponseId is { } id)
            activity.SetTag(TagKeys.ResponseId, id);
        if (call.FinishReasons is { Length: > 0 } reasons)
            activity.SetTag(TagKeys.FinishReasons, reasons);
        if (end.TimeToFirstToken is { } first)
            activity.SetTag(TagKeys.TimeToFirstChunk, first.TotalSeconds);
    }

    static void Usage(Activity activity, ProviderCall call, in CallUsage usage, in CostResult cost)
    {
        ref readonly var counts = ref call.Usage;
        if (counts.Has(WireField.Input))
            activity.SetTag(TagKeys.InputTokens, Box(counts[WireField.Input]));
        if (counts.Has(WireField.Output))
            activity.SetTag(TagKeys.OutputTokens, Box(counts[WireField.Output]));
        if (counts[WireField.CacheRead] > 0)
            activity.SetTag(TagKeys.CacheReadTokens, Box(counts[WireField.CacheRead]));
        if (counts[WireField.CacheWrite] > 0)
            activity.SetTag(TagKeys.CacheWriteTokens, Box(counts[WireField.CacheWrite]));
        if (counts[WireField.Reasoning] > 0)
            activity.SetTag(TagKeys.ReasoningTokens, Box(counts[WireField.Reasoning]));
        if (usage.Status != UsageStatus.Reported && usage.IsMissed)
            activity.SetTag(TagKeys.UsageStatus, Words.Of(usage.Status));
        if (usage.Anomalies != UsageAnomalies.None)
            activity.SetTag(TagKeys.UsageAnomalies, Contradictions.WordsOf(usage.Anomalies));
        if (!usage.IsKnown)
            return;
        if (cost.Usd is { } usd)
            activity.SetTag(TagKeys.CostUsd, (double)usd);
        activity.SetTag(TagKeys.CostStatus, Words.Of(cost.Status));
    }

    static void Dimensions(Activity activity, string?[]? dimensions)
    {
        if (dimensions is null)
            return;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] is { } value)
                activity.SetTag(TagKeys.Dimensions[i], value);
        }
    }

    static void Error(Activity activity, ProviderCall call, in CallEnd end)
    {
        activity.SetTag(TagKeys.SemanticErrorType, end.Detail ?? end.Exception?.GetType().FullName ?? end.ErrorType);
        if (call.Status >= 400)
            activity.SetTag(TagKeys.StatusCode, Box(call.Status));
        if (call.RareOrNull?.ProviderErrorCode is { } code)
            activity.SetTag(TagKeys.ErrorCode, code);
        if (end.Outcome == CallOutcomes.Cancelled)
            return; // the app's own choice is no failure of the call
        activity.SetStatus(ActivityStatusCode.Error, end.ErrorType);
        if (end.Exception is { } exception)
        {
            // The message stays out: other handlers' exceptions may quote keys or prompts.
            activity.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection
            {
                ["exception.type"] = exception.GetType().FullName,
                ["exception.stacktrace"] = exception.StackTrace,
            }));
        }
    }

    static void Compatibility(Activity activity, ProviderCall call, in CallEnd end, in CallUsage usage)
    {
        activity.SetTag(TagKeys.Provider, call.Host.Provider);
        activity.SetTag(TagKeys.Model, call.ResponseModel ?? call.RequestModel);
        activity.SetTag(TagKeys.PromptLength, Box(call.RareOrNull?.Messages ?? 0));
        if (usage.Tokens.Input is { } prompt)
            activity.SetTag(TagKeys.PromptTokens, prompt);
        if (usage.Tokens.Output is { } completion)
            activity.SetTag(TagKeys.CompletionTokens, completion);
        if (end.ErrorType is { } error)
            activity.SetTag(TagKeys.ErrorType, error);
    }

    /// <summary>The number as a tag's value. Small ones are there already; of large ones the last with the same end is used again: counts of cached tokens and of prompts repeat.</summary>
    public static object Box(int value)
    {
        if ((uint)value < Boxes.Length)
            return Boxes[value];
        ref var last = ref Large[value & (Large.Length - 1)];
        var box = Volatile.Read(ref last);
        if (box is not int known || known != value)
            Volatile.Write(ref last, box = value);
        return box;
    }

    static class Words
    {
        public static string Of(UsageStatus status) => status switch
        {
            UsageStatus.Absent => "absent",
            UsageStatus.Partial => "partial",
            UsageStatus.Reported => "reported",
            _ => "unreadable",
        };

        public static string Of(CostStatus status) => status switch
        {
            CostStatus.Reported => "reported",
            CostStatus.Exact => "exact",
            CostStatus.Approximate => "approximate",
            CostStatus.Partial => "partial",
            _ => "unknown",
        };
    }
}
