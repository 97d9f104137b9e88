using System.Collections.Concurrent;
using AiTelemetry.Catalog;
using AiTelemetry.Pricing;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Finds the ready-made tags of a call. Bounded: models and dimension values over their caps are <c>other</c>.</summary>
/// <remarks>
/// What a name comes to is worked out at its first call and remembered for the very string, until prices are read again: then two names that were one may cost differently.
/// Names that calls bring are without number, so all is forgotten at the bound; the labels given out are not, and neither is their count.
/// </remarks>
internal sealed class TagCache(AiTelemetryOptions options, PriceCatalog prices, TimeProvider time)
{
    public const string Other = "other";

    /// <summary>Names remembered for each model that metrics may name.</summary>
    const int NamesPerModel = 16;

    readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Provider, string Model), ModelTags> _tags = new();
    readonly ConcurrentDictionary<(string Provider, string Model, string Dimensions), ModelTags> _dimensioned = new();
    readonly ConcurrentDictionary<(string Key, string Value), string> _dimensionValues = new();
    readonly Lock _labelling = new();
    readonly int[] _metricDimensions =
        [.. Enumerable.Range(0, TagKeys.Dimensions.Length).Where(i => options.MetricDimensions.Contains(TagKeys.Dimensions[i]))];

    Names _names = new(prices.Book);

    /// <summary>The tags of a call's metrics.</summary>
    /// <param name="route">Where it went.</param>
    /// <param name="model">The model, exactly as the response or else the request names it.</param>
    /// <param name="dimensions">Its dimensions.</param>
    public ModelTags Of(CallRoute route, string? model, string?[]? dimensions)
    {
        var tags = TagsOf(route, model);
        return dimensions is not null && _metricDimensions.Length > 0 ? WithDimensions(route.Host.Provider, tags.Model, dimensions) : tags;
    }

    /// <summary>The semantic conventions' tags: models by their labels on the metrics, and by their exact names on the span.</summary>
    public SemanticTags SemanticOf(CallRoute route, string? requestModel, string? responseModel)
    {
        var names = Current();
        var (_, format, host, operation, _) = route;
        var key = (operation, host, format, requestModel, responseModel);
        if (names.Semantic.TryGetValue(key, out var tags))
            return tags;
        tags = new SemanticTags(operation, host, host.Provider == Other && format is not null ? ProviderHost.SemanticNameOf(format.DefaultProvider) : host.SemanticName,
            requestModel, requestModel is null ? null : TagsOf(route, requestModel).Model, responseModel is null ? null : TagsOf(route, responseModel).Model);
        if (names.HasRoom(options.MaxModels * NamesPerModel))
            names.Semantic.TryAdd(key, tags);
        return tags;
    }

    ModelTags TagsOf(CallRoute route, string? model)
    {
        var provider = route.Host.Provider;
        if (string.IsNullOrEmpty(model))
            return TagsOf(provider, Other);
        var names = Current();
        var key = (provider, route.PricedBy, model);
        if (names.Models.TryGetValue(key, out var tags))
            return tags;
        tags = TagsOf(provider, Label(names.Prices.CanonicalName(route.PricedBy, model, time.GetUtcNow())));
        if (names.HasRoom(options.MaxModels * NamesPerModel))
            names.Models.TryAdd(key, tags);
        return tags;
    }

    ModelTags TagsOf(string provider, string label) =>
        _tags.TryGetValue((provider, label), out var tags) ? tags : _tags.GetOrAdd((provider, label), static key => new ModelTags(key.Provider, key.Model, []));

    /// <summary>The label itself, or <c>other</c> where as many others as the cap allows were given out before.</summary>
    string Label(string name)
    {
        if (name.Length == 0)
            return Other;
        if (_labels.TryGetValue(name, out var known))
            return known;
        lock (_labelling)
            return _labels.Count < options.MaxModels ? _labels.GetOrAdd(name, name) : Other;
    }

    /// <summary>What is remembered of names; begun anew where it is full, or of former prices.</summary>
    Names Current()
    {
        var names = Volatile.Read(ref _names);
        if (ReferenceEquals(names.Prices, prices.Book) && !names.IsFull)
            return names;
        var anew = new Names(prices.Book);
        Volatile.Write(ref _names, anew);
        return anew;
    }

    ModelTags WithDimensions(string provider, string model, string?[] dimensions)
    {
        var tags = new List<KeyValuePair<string, object?>>(_metricDimensions.Length);
        foreach (var i in _metricDimensions)
        {
            if (dimensions[i] is { } value)
                tags.Add(new(TagKeys.Dimensions[i], DimensionValue(TagKeys.Dimensions[i], value)));
        }
        var key = (provider, model, string.Join('\u0001', tags.Select(t => t.Key + "=" + t.Value)));
        if (_dimensioned.TryGetValue(key, out var known))
            return known;
        var made = new ModelTags(provider, model, [.. tags]);
        return _dimensioned.Count < options.MaxModels * 16 ? _dimensioned.GetOrAdd(key, made) : made;
    }

    string DimensionValue(string key, string value)
    {
        if (_dimensionValues.TryGetValue((key, value), out var known))
            return known;
        return _dimensionValues.Count < options.MaxDimensionValues ? _dimensionValues.GetOrAdd((key, value), value) : Other;
    }

    /// <summary>What names came to, by the prices of one moment.</summary>
    sealed class Names(PriceBook prices)
    {
        int _count;

        public PriceBook Prices { get; } = prices;

        public ConcurrentDictionary<(string Provider, string PricedBy, string Model), ModelTags> Models { get; } = new();

        public ConcurrentDictionary<(string Operation, ProviderHost Host, WireFormat? Format, string? Request, string? Response), SemanticTags> Semantic { get; } = new();

        public bool IsFull { get; private set; }

        /// <summary>Whether one more may be remembered; tells itself full where not.</summary>
        public bool HasRoom(int most)
        {
            if (Interlocked.Increment(ref _count) <= most)
                return true;
            IsFull = true;
            return false;
        }
    }
}
