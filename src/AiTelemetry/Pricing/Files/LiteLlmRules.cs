namespace AiTelemetry.Pricing;

/// <summary>What no price list says and LiteLLM's file has said all the same: each rule drops the figure and reports it.</summary>
internal static class LiteLlmRules
{
    /// <summary>No tier of service was ever priced at more than six times the standard one.</summary>
    const decimal MostTierFactor = 10m;

    /// <summary>A one-hour cache write costs twice the input everywhere it exists.</summary>
    const decimal MostHourFactor = 4m;

    public static void Apply(LiteLlmRow row)
    {
        if (IsAbsurd(row))
            return;
        var standard = row.Rates(ServiceTier.Standard);
        HourWrites(row, standard);
        CachedReads(row, standard);
        foreach (var tier in (ReadOnlySpan<ServiceTier>)[ServiceTier.Batch, ServiceTier.Flex, ServiceTier.Priority])
        {
            if (row.Lists(tier))
                Tier(row, standard, tier);
        }

        Seconds(row);
    }

    // A row out by a factor of a million is wrong in every rate of it, also in those that would pass.
    static bool IsAbsurd(LiteLlmRow row)
    {
        if (row.Absurd is not { } rate)
            return false;
        const string reason = "Above 10,000 USD per million tokens: no rate of the model is believed.";
        row.Issues.Add(new PriceIssue(row.Key, rate.Name, rate.Value, null, reason));
        row.DropAll();
        return true;
    }

    // A second of audio listed as input and again as output is charged once.
    static void Seconds(LiteLlmRow row)
    {
        var units = row.Units;
        if (row.Mode != "audio_transcription" || units[UnitRate.PerSecondIn] is not { } perSecond || units[UnitRate.PerSecondOut] is not { } again)
            return;
        row.OwnUnits[UnitRate.PerSecondOut] = null;
        if (perSecond == 0)
            row.OwnUnits[UnitRate.PerSecondIn] = again;
        else if (again > 0)
            row.Issues.Add(new PriceIssue(row.Key, "perSecondOut", again, null, "The second of audio is already priced as input."));
    }

    static void HourWrites(LiteLlmRow row, TokenRates standard)
    {
        if (standard[TokenRate.CacheWrite1h] is not { } hour)
            return;
        var reason = hour < standard[TokenRate.CacheWrite5m] ? "A one-hour cache write is not cheaper than a five-minute one."
            : hour > standard[TokenRate.Input] * MostHourFactor ? "A one-hour cache write costs about twice the input."
            : null;
        if (reason is null)
            return;
        standard[TokenRate.CacheWrite1h] = null;
        row.Issues.Add(new PriceIssue(row.Key, "cacheWrite1h", hour, null, reason));
    }

    static void CachedReads(LiteLlmRow row, TokenRates standard)
    {
        if (standard[TokenRate.CacheRead] is not { } read || standard[TokenRate.Input] is not { } input)
            return;
        // Zero is how the file says that it does not know: cached tokens are not free where input is not.
        var reason = read > input ? "A cache read is not dearer than the input."
            : read == 0 && input > 0 ? "A cache read is not free where input is not."
            : null;
        if (reason is null)
            return;
        standard[TokenRate.CacheRead] = null;
        row.Issues.Add(new PriceIssue(row.Key, "cacheRead", read, null, reason));
    }

    static void Tier(LiteLlmRow row, TokenRates standard, ServiceTier tier)
    {
        var rates = row.Rates(tier);
        var same = true;
        for (var i = 0; i < TokenRates.Count; i++)
        {
            var rate = (TokenRate)i;
            if (rates[rate] is not { } price)
                continue;
            same &= price == standard[rate];
            if (standard[rate] is > 0 and { } usual && price > usual * MostTierFactor)
            {
                var what = $"{ServiceTiers.Name(tier)}.{TokenRates.Name(rate)}";
                row.Issues.Add(new PriceIssue(row.Key, what, price, null, $"{price / usual:0.#} times the standard rate."));
                row.Drop(tier);
                return;
            }
        }

        if (same && tier == ServiceTier.Priority)
        {
            const string reason = "Equal to the standard tier: a placeholder, not a price.";
            row.Issues.Add(new PriceIssue(row.Key, ServiceTiers.Name(tier), rates[TokenRate.Input], null, reason));
            row.Drop(tier);
        }
    }
}
