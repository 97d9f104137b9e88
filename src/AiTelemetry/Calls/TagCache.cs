using System.Collections.Concurrent;
using AiTelemetry.Catalog;
using AiTelemetry.Wire;

namespace AiTelemetry.Calls;

/// <summary>Finds the ready-made tags of a call. Bounded: models and dimension values over their caps are <c>other</c>.</summary>
internal sealed class TagCache(AiTelemetryOptions options)
{
    public const string Other = "other";

    readonly ConcurrentDictionary<string, string> _models = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string Provider, string Model), ModelTags> _tags = new();
    readonly ConcurrentDictionary<(string Provider, string Model, string Dimensions), ModelTags> _dimensioned = new();
    readonly ConcurrentDictionary<(string Operation, ProviderHost Host, WireFormat? Format, string? Request, string? Response), SemanticTags> _semantic = new();
    readonly ConcurrentDictionary<(string Key, string Value), string> _dimensionValues = new();
    readonly int[] _metricDimensions =
        [.. Enumerable.Range(0, TagKeys.Dimensions.Length).Where(i => options.MetricDimensions.Contains(TagKeys.Dimensions[i]))];

    /// <summary>The model as metrics name it.</summary>
    public string ModelName(string? model)
    {
        if (string.IsNullOrEmpty(model))
            return Other;
        if (_models.TryGetValue(model, out var known))
            return known;
        return _models.Count < options.MaxModels ? _models.GetOrAdd(model, model) : Other;
    }

    public ModelTags Of(string provider, string? model, string?[]? dimensions)
    {
        var name = ModelName(model);
        if (dimensions is not null && _metricDimensions.Length > 0)
            return WithDimensions(provider, name, dimensions);
        return _tags.TryGetValue((provider, name), out var tags)
            ? tags
            : _tags.GetOrAdd((provider, name), static key => new ModelTags(key.Provider, key.Model, []));
    }

    public SemanticTags SemanticOf(CallRoute route, string? requestModel, string? responseModel)
    {
        var (_, format, host, operation, _) = route;
        var request = requestModel is null ? null : ModelName(requestModel);
        var response = responseModel is null ? null : ModelName(responseModel);
        var key = (operation, host, format, request, response);
        if (_semantic.TryGetValue(key, out var tags))
            return tags;
        var made = new SemanticTags(operation, host, host.Provider == Other && format is not null ? ProviderHost.SemanticNameOf(format.DefaultProvider) : host.SemanticName,
            request, response);
        // Hosts and models are capped one by one; their product is not, so over the bound tags are made for the one call.
        return _semantic.Count < options.MaxModels * 16 ? _semantic.GetOrAdd(key, made) : made;
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
}
