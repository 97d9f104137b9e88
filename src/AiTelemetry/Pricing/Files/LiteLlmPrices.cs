namespace AiTelemetry.Pricing;

/// <summary>
/// Makes a layer of LiteLLM's rows over the built-in catalogue. In: the rows, and ours. Out: every model we do not have; a model we do
/// have only where the file is later than our figures and its price has changed since; and, reported, every figure that was not believed.
/// </summary>
internal static class LiteLlmPrices
{
    static readonly string[] LocalProviders = ["ollama", "lemonade", "llamafile", "lm_studio", "docker_model_runner"];

    public static (PriceLayer Layer, HashSet<string> Keys) Read(
        string file, string source, DateOnly? asOf, ReadOnlySpan<byte> bytes, PriceBook ours)
    {
        var issues = new List<PriceIssue>();
        var rows = LiteLlmReader.Read(file, bytes, issues);
        if (rows.Count == 0)
            throw new PriceFileException(file, 0, null, "holds no models");
        var models = new Dictionary<string, ModelPrice>(rows.Count, StringComparer.OrdinalIgnoreCase);
        var keys = new HashSet<string>(rows.Count, StringComparer.Ordinal);

        // A row named plainly has its name before one that carries a prefix for the same name.
        foreach (var row in rows.OrderBy(r => r.Key.Contains('/', StringComparison.Ordinal)))
        {
            keys.Add(row.Key);
            LiteLlmRules.Apply(row);
            var provider = ProviderNames.Canonical(row.Provider!);
            var made = Price(row, provider, source, asOf);
            var known = ours.Listed(provider, row.Key);
            var model = known is not null ? LiteLlmComparison.Reconcile(row, made, known, asOf) : Own(row, provider, made, models);
            if (model is not null)
                models[model.Key] = models.TryGetValue(model.Key, out var other) && known is not null ? Doubtful(other, model) : model;
        }

        return (PriceLayer.Of(source, [.. models.Values], issues), keys);
    }

    static ModelPrice Own(LiteLlmRow row, string provider, DatedPrice price, Dictionary<string, ModelPrice> models)
    {
        var name = !ModelNames.IsPlain(row.Key) && ModelNames.WithoutPrefixes(provider, row.Key) is [.., var bare] ? bare : row.Key;
        if (models.ContainsKey($"{provider}/{name}"))
            name = row.Key;
        return new ModelPrice { Provider = provider, Model = name, Mode = row.Mode, Prices = [price], Sources = price.Source };
    }

    // Several names of the file can be one model of ours: a doubt raised by one of them stays.
    static ModelPrice Doubtful(ModelPrice first, ModelPrice second) =>
        Array.Exists(first.Prices, p => (p.Doubts & CostNotes.Disputed) != CostNotes.None) ? first : second;

    static DatedPrice Price(LiteLlmRow row, string provider, string source, DateOnly? asOf)
    {
        // xAI charges the higher tier from the threshold on; everyone else above it.
        var inclusive = provider == "xai";
        var standard = row.Rates(ServiceTier.Standard);
        if (row.FastFactor is { } factor)
        {
            var fast = row.Rates(ServiceTier.Fast);
            for (var i = 0; i < TokenRates.Count; i++)
                fast[(TokenRate)i] = standard[(TokenRate)i] * factor;
        }

        var free = Array.IndexOf(LocalProviders, provider) >= 0 || row.Key.EndsWith(":free", StringComparison.OrdinalIgnoreCase);
        var bands = row.Bands;
        if (IsZero(standard) && bands.Length == 0 && !free && row.Units.IsEmpty)
            return new DatedPrice { Source = source, AsOf = asOf };

        TierPrice?[]? served = null;
        foreach (var tier in (ReadOnlySpan<ServiceTier>)[ServiceTier.Batch, ServiceTier.Flex, ServiceTier.Priority, ServiceTier.Fast])
        {
            if (row.Lists(tier))
                (served ??= new TierPrice?[ServiceTiers.Count])[(int)tier] = new TierPrice(row.Rates(tier), row.Tiers(tier, inclusive));
        }

        return new DatedPrice
        {
            Rates = standard.IsEmpty && bands.Length > 0 ? bands[0].Rates : standard,
            Tiers = row.Tiers(ServiceTier.Standard, inclusive),
            Bands = bands,
            ServiceTierPrices = served ?? DatedPrice.NoTiers,
            Units = row.Units,
            Geo = row.Geo,
            Source = source,
            AsOf = asOf,
        };
    }

    static bool IsZero(TokenRates rates)
    {
        for (var i = 0; i < TokenRates.Count; i++)
        {
            if (rates[(TokenRate)i] is > 0)
                return false;
        }

        return true;
    }
}
