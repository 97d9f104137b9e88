namespace AiTelemetry.Pricing;

/// <summary>
/// Rates for the whole call while its prompt is longer than <paramref name="Over"/> and not longer than <paramref name="UpTo"/>.
/// </summary>
internal sealed record ContextBand(long Over, long UpTo, TokenRates Rates)
{
    /// <summary>
    /// The band of a prompt, as an index into bands sorted by length; above the last one it is the last one, for an empty prompt -1.
    /// </summary>
    public static int IndexFor(ContextBand[] bands, long prompt)
    {
        for (var i = 0; i < bands.Length; i++)
        {
            if (prompt <= bands[i].UpTo)
                return prompt > bands[i].Over ? i : -1;
        }

        return bands.Length - 1;
    }
}
