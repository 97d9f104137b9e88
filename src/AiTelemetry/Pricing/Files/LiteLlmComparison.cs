namespace AiTelemetry.Pricing;

/// <summary>Sets a row of LiteLLM's file against our own entry for the same model.</summary>
internal static class LiteLlmComparison
{
    static readonly (TokenRate Rate, Bucket Bucket)[] Compared =
    [
        (TokenRate.Input, Bucket.Text), (TokenRate.Output, Bucket.Output), (TokenRate.CacheRead, Bucket.CacheRead),
        (TokenRate.CacheWrite5m, Bucket.CacheWrite5m), (TokenRate.CacheWrite1h, Bucket.CacheWrite1h), (TokenRate.Reasoning, Bucket.Reasoning),
        (TokenRate.InputAudio, Bucket.AudioInput), (TokenRate.OutputAudio, Bucket.AudioOutput), (TokenRate.InputImage, Bucket.ImageInput),
        (TokenRate.OutputImage, Bucket.ImageOutput), (TokenRate.CacheReadAudio, Bucket.CacheReadAudio),
    ];

    /// <summary>What the layer should hold for the model; null when ours stands as it is.</summary>
    /// <remarks>
    /// A figure our sources already rejected is never believed. A changed input or output price of a file that is later than our entry is,
    /// from the file's day on, as a new price; the former one stays for calls before. Everything else is reported and ours stands, marked
    /// as disputed where the plain rates differ.
    /// </remarks>
    public static ModelPrice? Reconcile(LiteLlmRow row, DatedPrice theirs, ModelPrice ours, DateOnly? asOf)
    {
        var day = asOf is { } date ? new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : (DateTimeOffset?)null;
        var current = day is { } at ? ours.PriceAt(at) ?? ours.Prices[^1] : ours.Prices[^1];
        var disputed = Differences(row, theirs, ours);
        Tiers(row, theirs, current, ours.Key);

        var later = asOf is { } fileDay && current.AsOf is { } ourDay && fileDay > ourDay;
        if (later && Changed(theirs, current, ours))
            return ours.WithPrices([Believed(theirs, current, ours).During(day, null), .. ours.Prices]);
        return disputed ? ours.WithPrices([.. ours.Prices.Select(p => p.Doubting(CostNotes.Disputed))]) : null;
    }

    static bool Differences(LiteLlmRow row, DatedPrice theirs, ModelPrice ours)
    {
        var disputed = false;
        foreach (var (rate, bucket) in Compared)
        {
            if (theirs.Rates[rate] is not { } figure || ours.Prices.Any(p => Charged(p, bucket) == figure))
                continue;
            var current = ours.Prices[^1];
            // The file writes 0 for what does not exist, such as the output of an embedding.
            if (figure == 0 && current.Rates[rate] is null)
                continue;
            row.Issues.Add(new PriceIssue(ours.Key, TokenRates.Name(rate), figure, Charged(current, bucket), "Our entry disagrees."));
            disputed = true;
        }

        return disputed;
    }

    static void Tiers(LiteLlmRow row, DatedPrice theirs, DatedPrice ours, string key)
    {
        for (var i = 0; i < theirs.ServiceTierPrices.Length; i++)
        {
            if (theirs.ServiceTierPrices[i] is not { } tier)
                continue;
            foreach (var (rate, _) in Compared)
            {
                var mine = ours.ServiceTierPrices[i]?.Rates[rate];
                if (tier.Rates[rate] is not { } figure || figure == mine || ours.ServiceTierPrices[i] is null)
                    continue;
                var what = $"{ServiceTiers.Name((ServiceTier)i)}.{TokenRates.Name(rate)}";
                row.Issues.Add(new PriceIssue(key, what, figure, mine, "Our entry disagrees."));
            }
        }
    }

    static decimal? Charged(DatedPrice price, Bucket bucket)
    {
        var table = price.TableFor(ServiceTier.Standard, 0, DateTimeOffset.UnixEpoch, out _);
        return table.Has((int)bucket) ? table.Rate((int)bucket) : null;
    }

    static bool Changed(DatedPrice theirs, DatedPrice ours, ModelPrice model)
    {
        return Differs(TokenRate.Input) || Differs(TokenRate.Output);

        bool Differs(TokenRate rate) =>
            theirs.Rates[rate] is { } figure && ours.Rates[rate] is { } mine && figure != mine && !IsRejected(model, rate, figure);
    }

    static DatedPrice Believed(DatedPrice theirs, DatedPrice ours, ModelPrice model)
    {
        var rates = theirs.Rates.With(null);
        var kept = new TokenRates();
        foreach (var (rate, _) in Compared)
        {
            if (rates[rate] is { } figure && IsRejected(model, rate, figure))
                kept[rate] = ours.Rates[rate];
        }

        return theirs.WithRates(rates.With(kept));
    }

    static bool IsRejected(ModelPrice model, TokenRate rate, decimal figure) =>
        Array.Exists(model.Rejected, r => r.Rate == rate && r.Value == figure);
}
