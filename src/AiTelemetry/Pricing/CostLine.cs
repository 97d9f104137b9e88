namespace AiTelemetry;

/// <summary>One line of the bill of a call: what, how many, at which rate.</summary>
/// <param name="What">The rate's name in the price file: <c>input</c>, <c>cacheRead</c>, <c>webSearchPer1k</c>, ...</param>
/// <param name="Quantity">How many tokens, calls, seconds, ...</param>
/// <param name="Rate">USD for <paramref name="Per"/> of them; null when no price is known.</param>
/// <param name="Per">What the rate is for: 1,000,000 tokens, 1,000 searches, or 1 of anything else.</param>
/// <param name="Multiplier">The region's multiplier, 1 when there is none.</param>
/// <param name="Usd">Quantity x rate / per x multiplier, exact; null when no price is known. The lines add up to the computed cost.</param>
public readonly record struct CostLine(string What, decimal Quantity, decimal? Rate, int Per, decimal Multiplier, decimal? Usd);
