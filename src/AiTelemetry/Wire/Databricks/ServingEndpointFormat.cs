using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Databricks;

/// <summary>A model serving endpoint of Databricks by its own path, which names the model: <c>/serving-endpoints/NAME/invocations</c>.</summary>
/// <remarks><see href="https://docs.databricks.com/api/workspace/servingendpoints/query"/>. Foundation models answer there as in chat completions.</remarks>
internal sealed class ServingEndpointFormat : CompatibleChatFormat
{
    const string Before = "/serving-endpoints/";
    const string After = "/invocations";

    public override string DefaultProvider => "databricks";

    public override string Endpoint => "invocations";

    public override bool Speaks(string provider) => true;

    public override string[] Marks => [After];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith(After, StringComparison.Ordinal) && path.Contains(Before, StringComparison.Ordinal);

    public override ReadOnlySpan<char> ModelOf(ReadOnlySpan<char> path)
    {
        var name = path[(path.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..];
        return name[..Math.Max(0, name.Length - After.Length)];
    }
}
