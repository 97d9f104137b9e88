namespace AiTelemetry.Catalog;

/// <summary>How a call can end; the values of the tag <c>outcome</c>.</summary>
internal static class CallOutcomes
{
    public const string Success = "success";
    public const string Error = "error";
    public const string Timeout = "timeout";
    public const string RateLimited = "rate_limited";
    public const string Cancelled = "cancelled";

    public static readonly string[] All = [Success, Error, Timeout, RateLimited, Cancelled];
}
