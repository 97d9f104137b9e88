namespace AiTelemetry.Pricing;

/// <summary>Rates for the whole call once its prompt is longer than a threshold.</summary>
/// <param name="Above">The threshold in prompt tokens, cached, audio and image tokens included.</param>
/// <param name="Inclusive">Whether a prompt of exactly that length is already dearer (xAI).</param>
/// <param name="Rates">The rates; those not listed stay as they are.</param>
internal sealed record ContextTier(long Above, bool Inclusive, TokenRates Rates)
{
    public bool Holds(long prompt) => prompt > Above || (Inclusive && prompt == Above);

    /// <summary>The highest tier that holds, as an index into tiers sorted by threshold; -1 for none.</summary>
    public static int IndexFor(ContextTier[] tiers, long prompt)
    {
        var index = tiers.Length - 1;
        while (index >= 0 && !tiers[index].Holds(prompt))
            index--;
        return index;
    }
}
