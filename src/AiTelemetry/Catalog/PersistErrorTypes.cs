namespace AiTelemetry.Catalog;

/// <summary>Why records are not durable (yet); the values of the tag <c>error_type</c> on <c>llm_usage_persist_errors_total</c>.</summary>
internal static class PersistErrorTypes
{
    public const string Database = "db_error";
    public const string Timeout = "timeout";
    public const string Validation = "validation";

    public static readonly string[] All = [Database, Timeout, Validation];
}
