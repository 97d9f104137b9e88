namespace AiTelemetry.Pricing;

/// <summary>
/// Takes over a price file that was read again: adds and closes prices, so that a call of an hour ago still costs what it cost then.
/// </summary>
internal static class LayerRefresh
{
    const decimal MostLost = 0.30m;

    /// <summary>Refuses a file that lost more than 30 % of its keys: it is more likely damaged than meant.</summary>
    /// <exception cref="PriceFileException">It did.</exception>
    public static void CheckLoss(string file, HashSet<string> before, HashSet<string> after, int fewest)
    {
        if (before.Count < fewest)
            return;
        var lost = before.Count(k => !after.Contains(k));
        if (lost > before.Count * MostLost)
            throw new PriceFileException(file, 0, null, $"lost {lost} of its {before.Count} keys, more than 30 %");
    }

    /// <param name="old">The layer in use.</param>
    /// <param name="fresh">The file as it is now.</param>
    /// <param name="now">The moment of the refresh, at which changed prices end and start.</param>
    /// <param name="keepMissing">Whether a model the file no longer lists keeps its price, or falls back to the layer below.</param>
    public static PriceLayer Merge(PriceLayer old, PriceLayer fresh, DateTimeOffset now, bool keepMissing)
    {
        var models = fresh.Models.ToDictionary(m => m.Key, StringComparer.OrdinalIgnoreCase);
        foreach (var before in old.Models)
        {
            models[before.Key] = models.TryGetValue(before.Key, out var after) ? Merge(before, after, now)
                : keepMissing ? before
                : Closed(before, now);
        }

        return fresh with { Models = [.. models.Values] };
    }

    static ModelPrice Merge(ModelPrice before, ModelPrice after, DateTimeOffset now)
    {
        // A file that dates its prices tells its own history.
        if (after.Prices is not [{ From: null, To: null } price])
            return after;
        var open = Array.Find(before.Prices, p => p.To is null);
        var history = Closed(before, now).Prices;
        if (open is not null && PriceFingerprint.Of(open) == PriceFingerprint.Of(price))
            return after.WithPrices([price.During(open.From, null), .. history.Where(p => p.From != open.From)]);
        return after.WithPrices([price.During(now, null), .. history]);
    }

    static ModelPrice Closed(ModelPrice model, DateTimeOffset now)
    {
        var started = model.Prices.Where(p => p.From is null || p.From < now);
        return model.WithPrices([.. started.Select(p => p.To is null || p.To > now ? p.During(p.From, now) : p)]);
    }
}
