using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Perplexity;

/// <summary>Perplexity's Sonar models: chat completions, and the same under <c>/v1/sonar</c>.</summary>
/// <remarks>
/// <see href="https://docs.perplexity.ai/api-reference/sonar-post"/>. Every chunk has the usage so far; the last object is <c>chat.completion.done</c> or a chunk
/// with a finish reason, and no <c>[DONE]</c> follows. <c>usage.cost</c> is an object in USD. A request pays once for its searches, by the size
/// of their context and however many queries (<c>num_search_queries</c>) they took, so these are no units.
/// </remarks>
internal sealed class PerplexityChatFormat() : CompatibleChatFormat(
    ("usage.cost.total_cost", WireField.ReportedCost),
    ("usage.search_context_size", WireField.SearchContext))
{
    public override string DefaultProvider => "perplexity";

    public override bool Speaks(string provider) => provider == "perplexity";

    public override string[] Marks => [.. base.Marks, "/v1/sonar"];

    public override bool IsCall(ReadOnlySpan<char> path) => base.IsCall(path) || path.EndsWith("/v1/sonar", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("chat.completion.done"u8) ? EventMeaning.Terminal : base.MeaningOf(eventType);
}
