namespace AiTelemetry.Wire.Gemini;

/// <summary>Gemini interactions: turns that the provider keeps, with a model or an agent, plain and streaming.</summary>
/// <remarks>
/// <see href="https://ai.google.dev/api/interactions-api"/>. Counts as generateContent has them, under names of their own; the status stands for the finish
/// reason. A stream ends with <c>interaction.completed</c> (at first named <c>interaction.complete</c>), which has the usage. An interaction in the
/// background says nothing of what it will use; asking for it later is no call.
/// </remarks>
internal sealed class GeminiInteractionsFormat : WireFormat
{
    public override string Operation => "generate_content";

    public override string DefaultProvider => "gemini";

    public override string Endpoint => "interactions";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("input[]", WireField.RequestMessage),
        ("generation_config.max_output_tokens", WireField.RequestMaxTokens),
        ("generation_config.temperature", WireField.RequestTemperature),
        ("generation_config.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. Interaction(""),
        .. Interaction("interaction."),
        ("event_type", WireField.EventType),
        ("delta.text", WireField.Content),
        ("delta.data", WireField.Content),
        ("delta.arguments", WireField.Content),
        ("delta.content", WireField.Content),
        ("error", WireField.Error),
        ("error.status", WireField.ErrorType),
        ("error.code", WireField.ErrorCode),
    ]);

    public override bool UsageReplaces => true;

    /// <summary>An interaction that is not kept has an empty one.</summary>
    public override bool HasEmptyIds => true;

    public override string[] Marks => ["/interactions"];

    /// <summary>Straight behind the version, or behind a project's location.</summary>
    public override bool IsCall(ReadOnlySpan<char> path) =>
        path.EndsWith("/interactions", StringComparison.Ordinal)
        && (path.EndsWith("/v1/interactions", StringComparison.Ordinal) || path.EndsWith("/v1beta/interactions", StringComparison.Ordinal)
            || path.EndsWith("/v1alpha/interactions", StringComparison.Ordinal) || path.Contains("/locations/", StringComparison.Ordinal));

    public override bool Speaks(string provider) => provider != "other";

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("interaction.completed"u8) || eventType.SequenceEqual("interaction.complete"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("error"u8) || eventType.SequenceEqual("interaction.failed"u8) ? EventMeaning.Failed
        : EventMeaning.None;

    public override bool IsFinal(ReadOnlySpan<byte> finishReason) => !finishReason.SequenceEqual("in_progress"u8) && !finishReason.SequenceEqual("queued"u8);

    public override bool IsFailure(ReadOnlySpan<byte> finishReason) => finishReason.SequenceEqual("failed"u8);

    public override void Normalize(ref UsageCounts usage) => GeminiUsage.Normalize(ref usage);

    public override UsageUnits Normalize(UsageUnits units, string model) => GeminiUsage.Normalize(units, model);

    static (string, WireField)[] Interaction(string at) =>
    [
        (at + "id", WireField.ResponseId),
        (at + "model", WireField.ResponseModel),
        (at + "status", WireField.FinishReason),
        (at + "service_tier", WireField.ServiceTier),
        (at + "usage", WireField.Usage),
        (at + "usage.total_input_tokens", WireField.Input),
        (at + "usage.total_output_tokens", WireField.Output),
        (at + "usage.total_tokens", WireField.Total),
        (at + "usage.total_cached_tokens", WireField.CacheRead),
        (at + "usage.total_thought_tokens", WireField.Reasoning),
        (at + "usage.total_reasoning_tokens", WireField.Reasoning),
        (at + "usage.total_tool_use_tokens", WireField.ToolUseInput),
        .. ByModality(at + "usage.input_tokens_by_modality", WireField.InputOfModality),
        .. ByModality(at + "usage.tool_use_tokens_by_modality", WireField.InputOfModality),
        .. ByModality(at + "usage.output_tokens_by_modality", WireField.OutputOfModality),
        .. ByModality(at + "usage.cached_tokens_by_modality", WireField.CacheReadOfModality),
        (at + "usage.grounding_tool_count[]", WireField.Part),
        (at + "usage.grounding_tool_count[].type", WireField.Modality),
        (at + "usage.grounding_tool_count[].count", WireField.SearchesOfKind),
    ];

    static (string, WireField)[] ByModality(string at, WireField field) =>
        [(at + "[]", WireField.Part), (at + "[].modality", WireField.Modality), (at + "[].tokens", field)];
}
