namespace AiTelemetry.Catalog;

/// <summary>How a tool call can end; the values of the tag <c>outcome</c> of tools.</summary>
internal static class ToolOutcomes
{
    public const string Success = "success";
    public const string Error = "error";
    public const string Timeout = "timeout";

    /// <summary>The caller took it back, and did not say that it had waited too long: neither the tool's success nor its failure.</summary>
    public const string Cancelled = "cancelled";

    public static readonly string[] All = [Success, Error, Timeout, Cancelled];
}
