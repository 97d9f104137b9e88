using AiTelemetry.Wire.Compatible;

namespace AiTelemetry.Wire.Mistral;

/// <summary>Mistral's conversations: agents whose turns the provider keeps.</summary>
/// <remarks>
/// <see href="https://docs.mistral.ai/api/#tag/beta.conversations"/>. A stream ends with <c>conversation.response.done</c>, which has the usage of
/// all the turns that the answer took, or with <c>conversation.response.error</c>.
/// </remarks>
internal sealed class MistralConversationsFormat : WireFormat
{
    public override string Operation => "chat";

    public override string DefaultProvider => "mistral";

    public override string Endpoint => "conversations";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("inputs[]", WireField.RequestMessage),
        ("completion_args.max_tokens", WireField.RequestMaxTokens),
        ("completion_args.temperature", WireField.RequestTemperature),
        ("completion_args.top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(
    [
        .. CompatiblePlaces.Errors,
        .. CompatiblePlaces.Usage("usage."),
        ("type", WireField.EventType),
        ("object", WireField.EventType),
        ("conversation_id", WireField.ResponseId),
        ("model", WireField.ResponseModel),
        ("outputs[].model", WireField.ResponseModel),
        ("content", WireField.Content),
        ("usage", WireField.Usage),
        ("usage.prompt_tokens", WireField.Input),
        ("usage.completion_tokens", WireField.Output),
        ("usage.total_tokens", WireField.Total),
    ]);

    public override bool Speaks(string provider) => provider == "mistral";

    public override string[] Marks => ["/v1/conversations"];

    /// <summary>A conversation is begun at <c>/v1/conversations</c>, and goes on under its id.</summary>
    public override bool IsCall(ReadOnlySpan<char> path) => path.Contains("/v1/conversations", StringComparison.Ordinal);

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) =>
        eventType.SequenceEqual("conversation.response.done"u8) ? EventMeaning.Terminal
        : eventType.SequenceEqual("conversation.response.error"u8) || eventType.SequenceEqual("error"u8) ? EventMeaning.Failed
        : EventMeaning.None;

    /// <summary>Connectors, the provider's own tools, put tokens into the prompt that only the total has.</summary>
    public override void Normalize(ref UsageCounts usage)
    {
        var beside = (long)usage[WireField.Total] - usage.OrZero(WireField.Input) - usage.OrZero(WireField.Output);
        if (beside is > 0 and < int.MaxValue)
            usage.Add(WireField.Input, (int)beside);
    }
}
