using AiTelemetry;
using AiTelemetry.Catalog;
using AiTelemetry.Mcp;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what the MCP SDK tells of itself.</summary>
public static class AiTelemetryMcpBuilderExtensions
{
    /// <summary>The tags of the SDK's metrics that are bounded; the URI of a resource is not.</summary>
    static readonly string[] BoundedTags =
        [TagKeys.McpMethod, TagKeys.NetworkTransport, TagKeys.NetworkProtocolName, TagKeys.McpProtocolVersion, TagKeys.GenAiToolName, TagKeys.OperationName,
         TagKeys.SemanticErrorType, TagKeys.JsonRpcStatusCode];

    /// <summary>
    /// Listens to the spans and the four <c>mcp.*</c> histograms of the MCP SDK, which also carry the trace from client to server, and keeps two things of
    /// theirs back: what a failed tool said, from the status of spans, and the URIs of resources, from metrics.
    /// </summary>
    /// <param name="builder">AiTelemetry's builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static AiTelemetryBuilder AddMcp(this AiTelemetryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static service => service.ServiceType == typeof(McpAdded)))
            return builder;
        builder.Services.Add(new(typeof(McpAdded), new McpAdded()));
        builder.Services.ConfigureOpenTelemetryTracerProvider(static tracers => tracers.AddSource(SpanDefinition.McpSdkSource).AddProcessor(new ToolOutputProcessor()));
        builder.Services.ConfigureOpenTelemetryMeterProvider(static meters => meters.AddMeter(SpanDefinition.McpSdkSource).AddView(static instrument =>
            instrument.Meter.Name == SpanDefinition.McpSdkSource ? new MetricStreamConfiguration { TagKeys = BoundedTags } : null));
        return builder;
    }

    sealed class McpAdded;
}
