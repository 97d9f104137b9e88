namespace AiTelemetry.Catalog;

/// <summary>The kinds of errors; the values of the tag <c>error_type</c>.</summary>
internal static class CallErrors
{
    public const string Auth = "auth";
    public const string RateLimit = "rate_limit";
    public const string InvalidRequest = "invalid_request";
    public const string ServerError = "server_error";
    public const string Timeout = "timeout";
    public const string Connection = "connection";
    public const string ContentFilter = "content_filter";
    public const string Cancelled = "cancelled";
    public const string Unknown = "unknown";

    public static readonly string[] All = [Auth, RateLimit, InvalidRequest, ServerError, Timeout, Connection, ContentFilter, Cancelled, Unknown];
}
