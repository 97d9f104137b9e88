using System.Diagnostics;
using AiTelemetry.Catalog;
using OpenTelemetry;

namespace AiTelemetry.Mcp;

/// <summary>Takes from the status of the MCP SDK's spans what a failed tool said: the SDK puts it there whole.</summary>
internal sealed class ToolOutputProcessor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data is { Status: ActivityStatusCode.Error, StatusDescription: not null } && data.Source.Name == SpanDefinition.McpSdkSource)
            data.SetStatus(ActivityStatusCode.Error, data.GetTagItem(TagKeys.SemanticErrorType) as string);
    }
}
