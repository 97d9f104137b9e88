namespace AiTelemetry.Catalog;

/// <summary>The kinds of failures of tool calls; the values of the tag <c>error_kind</c>.</summary>
internal static class ToolErrorKinds
{
    /// <summary>The connection to the server ended before the answer.</summary>
    public const string Connection = "connection";

    /// <summary>The server refused the call: unknown tool, arguments that do not fit.</summary>
    public const string Validation = "validation";

    /// <summary>The tool ran and failed.</summary>
    public const string Execution = "execution";

    /// <summary>The answer did not come in time.</summary>
    public const string Timeout = "timeout";

    public static readonly string[] All = [Connection, Validation, Execution, Timeout];
}
