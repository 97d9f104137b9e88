using AiTelemetry.Catalog;
using static AiTelemetry.Catalog.TelemetryCatalog;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>What more than one artefact asks for: the series of one word.</summary>
internal static class Terms
{
    public static readonly Series AllCalls = Series.CountOf(RequestSeconds);

    public static readonly Series CallBuckets = Series.BucketsOf(RequestSeconds);

    /// <summary>Failed calls. What the app itself cancelled did not fail.</summary>
    public static readonly Series FailedCalls = Series.Of(Errors).Unless(Label.ErrorType, CallErrors.Cancelled);

    public static readonly Series RateLimitedCalls = Series.Of(Errors).Where(Label.ErrorType, CallErrors.RateLimit);

    public static readonly Series Cost = Series.Of(CostUsd);

    public static readonly Series TokensUsed = Series.Of(Tokens);

    public static readonly Series PromptTokens = TokensUsed.Where(Label.Type, "prompt");

    /// <summary>Prompt tokens that the provider had in its cache.</summary>
    public static readonly Series CachedTokens = Series.Of(TokenDetails).Where(Label.Direction, "prompt").Where(Label.Type, "cache_read");

    public static readonly Series ToolCalls = Series.CountOf(ToolSeconds);

    public static readonly Series ToolBuckets = Series.BucketsOf(ToolSeconds);

    public static readonly Series FailedTools = Series.Of(ToolErrors);

    public static readonly Series Commits = Series.CountOf(PersistSeconds);

    public static readonly Series CommitBuckets = Series.BucketsOf(PersistSeconds);
}
