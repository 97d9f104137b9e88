namespace AiTelemetry.Wire.Anthropic;

/// <summary>Anthropic Messages, plain and streaming.</summary>
/// <remarks>
/// <see href="https://docs.anthropic.com/en/api/messages-streaming"/>. <c>message_start</c> has the first usage, <c>message_delta</c> the cumulative
/// one: each count replaces, none is added, and one that is left out keeps its value. <c>input_tokens</c> excludes cached tokens.
/// Counting tokens and batches have longer paths and are no calls.
/// </remarks>
internal class AnthropicMessagesFormat : WireFormat
{
    public override string Operation => "chat";

    public override string DefaultProvider => "anthropic";

    public override string Endpoint => "messages";

    public override JsonPaths RequestPaths { get; } = new(
        ("model", WireField.RequestModel),
        ("stream", WireField.RequestStream),
        ("messages[]", WireField.RequestMessage),
        ("max_tokens", WireField.RequestMaxTokens),
        ("temperature", WireField.RequestTemperature),
        ("top_p", WireField.RequestTopP));

    public override JsonPaths ResponsePaths { get; } = new(AnthropicPlaces.All);

    public override string[] Marks => ["/v1/messages"];

    public override bool IsCall(ReadOnlySpan<char> path) => path.EndsWith("/v1/messages", StringComparison.Ordinal);

    /// <summary>An answer whose server tools ran may come as several messages, one after the other; the last one is the answer.</summary>
    public override bool LastIdCounts => true;

    /// <summary>When a conversation was summed up first, <c>message_start</c> tells of that, and the final usage, with its zeros, of the message.</summary>
    public override bool ZeroReplaces => true;

    public override EventMeaning MeaningOf(ReadOnlySpan<byte> eventType) => AnthropicPlaces.MeaningOf(eventType);

    /// <summary>Adds what was read from and written to the cache: Anthropic counts them beside the input, everyone else inside.</summary>
    public override void Normalize(ref UsageCounts usage)
    {
        if (!usage.Has(WireField.CacheWrite) && (usage.Has(WireField.CacheWrite5m) || usage.Has(WireField.CacheWrite1h)))
            usage[WireField.CacheWrite] = usage.OrZero(WireField.CacheWrite5m) + usage.OrZero(WireField.CacheWrite1h);
        usage.Add(WireField.Input, usage.OrZero(WireField.CacheRead));
        usage.Add(WireField.Input, usage.OrZero(WireField.CacheWrite));
    }
}
