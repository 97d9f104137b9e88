namespace AiTelemetry.Catalog;

/// <summary>What factories make; the values of the tag <c>factory_type</c>.</summary>
internal static class FactoryTypes
{
    public const string Provider = "provider";
    public const string Tool = "tool";

    public static readonly string[] All = [Provider, Tool];
}
