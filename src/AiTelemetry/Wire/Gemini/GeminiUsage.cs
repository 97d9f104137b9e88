namespace AiTelemetry.Wire.Gemini;

/// <summary>How Google counts and prices: thinking beside the answer, the prompts of tools beside the prompt, searches by the prompt or by the query.</summary>
internal static class GeminiUsage
{
    public static void Normalize(ref UsageCounts usage)
    {
        usage.Add(WireField.Input, usage.OrZero(WireField.ToolUseInput));
        if (usage.Has(WireField.Output))
            usage.Add(WireField.Output, usage.OrZero(WireField.Reasoning));
        else if (usage.Has(WireField.Reasoning))
            usage[WireField.Output] = usage[WireField.Reasoning];
    }

    /// <summary>Up to Gemini 2.5, grounding with Google Search is charged by the prompt that led to a search, from Gemini 3 on by the query.</summary>
    /// <remarks><see href="https://ai.google.dev/gemini-api/docs/pricing"/>.</remarks>
    public static UsageUnits Normalize(UsageUnits units, string model)
    {
        if (units.WebSearches is not > 1)
            return units;
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        return name.StartsWith("gemini-2", StringComparison.OrdinalIgnoreCase) || name.StartsWith("gemini-1", StringComparison.OrdinalIgnoreCase)
            ? units with { WebSearches = 1 }
            : units;
    }
}
