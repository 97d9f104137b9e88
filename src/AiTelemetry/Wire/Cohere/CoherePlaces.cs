namespace AiTelemetry.Wire.Cohere;

/// <summary>How Cohere counts: what the model saw (<c>tokens</c>), and what is charged (<c>billed_units</c>), often far less.</summary>
/// <remarks>
/// <see href="https://docs.cohere.com/docs/how-does-cohere-pricing-work"/>. The tokens of a call are those the model saw, its cost follows from those that are charged;
/// where only the latter are told, they are both.
/// </remarks>
internal static class CoherePlaces
{
    public static (string, WireField)[] Usage(string at) =>
    [
        (at + "tokens.input_tokens", WireField.Input),
        (at + "tokens.output_tokens", WireField.Output),
        (at + "cached_tokens", WireField.CacheRead),
        (at + "billed_units.input_tokens", WireField.BilledInput),
        (at + "billed_units.output_tokens", WireField.BilledOutput),
        (at + "billed_units.search_units", WireField.Queries),
    ];

    /// <summary>Reasons that say that the answer failed: ERROR, and in the older API ERROR_TOXIC and ERROR_LIMIT.</summary>
    public static bool IsFailure(ReadOnlySpan<byte> finishReason) => finishReason.StartsWith("ERROR"u8) || finishReason.SequenceEqual("TIMEOUT"u8);
}
