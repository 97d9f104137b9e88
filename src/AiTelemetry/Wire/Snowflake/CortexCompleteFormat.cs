using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Snowflake;

/// <summary>Snowflake Cortex by its first path, <c>/api/v2/cortex/inference:complete</c>; its newer one ends as everyone's does.</summary>
/// <remarks>
/// <see href="https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-rest-api"/>. The chunks have no finish reason, and no <c>[DONE]</c>
/// follows the last one, which has the usage.
/// </remarks>
internal sealed class CortexCompleteFormat : CompatibleChatFormat
{
    public override string DefaultProvider => "snowflake";

    public override string Endpoint => "inference:complete";

    public override bool Speaks(string provider) => true;

    public override string[] Marks => ["/cortex/inference:complete"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/cortex/inference:complete", StringComparison.Ordinal);
}
