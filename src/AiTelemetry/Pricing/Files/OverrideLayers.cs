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

        CheckNames(models.Values);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        return new PriceLayer(InCode, [.. models.Values], Targets(options.Aliases, names), Targets(options.Deployments, names), []) { Patterns = Patterns(options.Patterns) };
    }

    /// <summary>The keys of a file of our own format, for telling how much of it was lost.</summary>
    public static (PriceLayer, HashSet<string>) OfFile(string path, byte[] bytes)
    {
        var layer = PriceFileReader.Read(path, Path.GetFileName(path), bytes);
        var keys = layer.Models.Select(m => m.Key).Concat(layer.Aliases.Keys).Concat(layer.Deployments.Keys).Concat(layer.Patterns.Select(p => p.Key));
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

        return first.WithPrices([.. first.Prices, .. second.Prices], [.. first.Aliases, .. second.Aliases]);
    }

    static void CheckNames(IEnumerable<ModelPrice> models)
    {
        var names = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
        foreach (var model in models)
        {
            foreach (var name in model.Aliases.Prepend(model.Model))
            {
                if (string.IsNullOrWhiteSpace(name))
                    throw Refuse(model.Key, "an alias is empty");
                if (!names.TryAdd($"{model.Provider}/{name}", model) && names[$"{model.Provider}/{name}"] != model)
                    throw Refuse(model.Key, $"\"{name}\" is already a name of {names[$"{model.Provider}/{name}"].Key}");
            }
        }
    }

    // Aliases and deployments can lead to each other, so circles are looked for in both together.
    static Dictionary<string, string> Targets(IDictionary<string, string> given, Dictionary<string, string> names)
    {
        var targets = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, target) in given)
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || slash == name.Length - 1 || string.IsNullOrWhiteSpace(target))
                throw Refuse(name, "written provider/name, with a model as its target");
            targets[PriceBook.Qualified(name)] = target;
            if (!names.TryAdd(PriceBook.Qualified(name), target))
                throw Refuse(name, "the name is given twice");
            if (AliasCycles.Through(names, PriceBook.Qualified(name)) is { } cycle)
                throw Refuse(name, $"the names go in a circle: {cycle}");
        }

        return targets;
    }

    static List<NamePattern> Patterns(IList<PricePattern> given)
    {
        var patterns = new List<NamePattern>();
        foreach (var (name, model) in given)
        {
            if (patterns.Count == NamePattern.Most)
                throw Refuse(name, $"there are at most {NamePattern.Most} patterns");
            try
            {
                patterns.Add(NamePattern.Of(name, model));
            }
            catch (FormatException e)
            {
                throw Refuse(name, e.Message);
            }
        }

        return patterns;
    }

    static PriceFileException Refuse(string key, string reason) => new(InCode, 0, key, reason);
}
