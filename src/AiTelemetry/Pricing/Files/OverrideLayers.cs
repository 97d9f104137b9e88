namespace AiTelemetry.Pricing;

/// <summary>The prices, aliases and deployments a user gave, as layers.</summary>
internal static class OverrideLayers
{
    const string InCode = "options";

    /// <exception cref="PriceFileException">A price cannot be one, or names go in a circle.</exception>
    public static PriceLayer OfOptions(PriceCatalogOptions options)
    {
        var models = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
        foreach (var given in options.Overrides)
        {
            var model = Model(given);
            // Several prices of one model are its history.
            models[model.Key] = models.TryGetValue(model.Key, out var other) ? Both(other, model) : model;
        }

        return new PriceLayer(InCode, [.. models.Values], Targets(options.Aliases), Targets(options.Deployments), []);
    }

    /// <summary>The keys of a file of our own format, for telling how much of it was lost.</summary>
    public static (PriceLayer, HashSet<string>) OfFile(string path, byte[] bytes)
    {
        var layer = PriceFileReader.Read(path, Path.GetFileName(path), bytes);
        var keys = layer.Models.Select(m => m.Key).Concat(layer.Aliases.Keys).Concat(layer.Deployments.Keys);
        return (layer, keys.ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    static ModelPrice Model(PriceOverride given)
    {
        var key = $"{given.Provider}/{given.Model}";
        if (string.IsNullOrWhiteSpace(given.Provider) || string.IsNullOrWhiteSpace(given.Model))
            throw Refuse(key, "a price has a provider and a model");
        if (given is { From: { } from, To: { } to } && from >= to)
            throw Refuse(key, "the price ends before it starts");
        var rates = new TokenRates
        {
            [TokenRate.Input] = given.Input,
            [TokenRate.Output] = given.Output,
            [TokenRate.CacheRead] = given.CacheRead,
            [TokenRate.CacheWrite5m] = given.CacheWrite,
            [TokenRate.CacheWrite1h] = given.CacheWrite1h,
            [TokenRate.Reasoning] = given.Reasoning,
        };
        for (var i = 0; i < TokenRates.Count; i++)
        {
            if (rates[(TokenRate)i] is < 0 or > RateReader.MaxRate)
                throw Refuse($"{key}: {TokenRates.Name((TokenRate)i)}", "a rate is 0 to 10,000 USD per million tokens");
        }

        return new ModelPrice
        {
            Provider = ProviderNames.Canonical(given.Provider.Trim()),
            Model = given.Model.Trim(),
            Aliases = [.. given.Aliases],
            Prices = [new DatedPrice { From = given.From, To = given.To, Rates = rates, Source = InCode }],
        };
    }

    static ModelPrice Both(ModelPrice first, ModelPrice second)
    {
        foreach (var price in first.Prices)
        {
            if ((price.From ?? DateTimeOffset.MinValue) < (second.Prices[0].To ?? DateTimeOffset.MaxValue)
                && (second.Prices[0].From ?? DateTimeOffset.MinValue) < (price.To ?? DateTimeOffset.MaxValue))
                throw Refuse(first.Key, "two prices hold at the same time");
        }

        return first.WithPrices([.. first.Prices, .. second.Prices]);
    }

    static Dictionary<string, string> Targets(IDictionary<string, string> given)
    {
        var targets = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, target) in given)
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || slash == name.Length - 1 || string.IsNullOrWhiteSpace(target))
                throw Refuse(name, "written provider/name, with a model as its target");
            targets[PriceBook.Qualified(name)] = target;
            if (AliasCycles.Through(targets, PriceBook.Qualified(name)) is { } cycle)
                throw Refuse(name, $"the names go in a circle: {cycle}");
        }

        return targets;
    }

    static PriceFileException Refuse(string key, string reason) => new(InCode, 0, key, reason);
}
