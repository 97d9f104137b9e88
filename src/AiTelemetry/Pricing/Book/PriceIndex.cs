namespace AiTelemetry.Pricing;

/// <summary>The models of one provider by every name that can lead to them.</summary>
internal sealed class PriceIndex
{
    readonly Dictionary<string, ModelPrice> _exact = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, ModelPrice> _aliases = new(StringComparer.OrdinalIgnoreCase);
    readonly Lazy<Dictionary<string, ModelPrice?>> _dashed;

    public PriceIndex() => _dashed = new(Dashed);

    /// <summary>
    /// Adds a model; one of a higher layer replaces the same one of a lower layer and keeps its prices as the history below.
    /// </summary>
    public void Add(ModelPrice model) =>
        _exact[model.Model] = _exact.TryGetValue(model.Model, out var lower) ? model.Over(lower) : model;

    /// <summary>Works out the secondary names, after the last model was added.</summary>
    public void Complete()
    {
        foreach (var model in _exact.Values)
        {
            foreach (var alias in model.Aliases)
                _aliases.TryAdd(alias, model);
        }

    }

    public IEnumerable<ModelPrice> Models => _exact.Values;

    /// <summary>The model a name stands for by itself or as a listed alias, without any rewriting but of prefixes.</summary>
    public ModelPrice? Listed(string canonical, string name) =>
        ModelNames.IsPlain(name) ? Named(name) : ByName(ModelNames.WithoutPrefixes(canonical, name))?.Model;

    public ResolvedModel Find(string canonical, string name)
    {
        var forms = ModelNames.WithoutPrefixes(canonical, name);
        if (ByName(forms) is { } found)
            return found;
        if (Normalized(forms) is { } normalized)
            return new(normalized, PriceMatchKind.Normalized, CostNotes.None);

        foreach (var form in forms)
        {
            if (canonical == "bedrock" && ModelNames.WithoutBedrockRegion(form) is { } rest
                && (ByName([rest])?.Model ?? Normalized([rest])) is { } regional)
                return new(regional, PriceMatchKind.Region, CostNotes.RegionAssumed);
            if (ModelNames.FineTuneBase(form) is { } tuned && ByName([tuned])?.Model is { } fineTuned)
                return new(fineTuned, PriceMatchKind.FineTune, CostNotes.None);
        }

        return Latest(forms);
    }

    // Every name in its one spelling. Made when the first name is not found as it is: a file brings thousands of names that nobody asks for.
    Dictionary<string, ModelPrice?> Dashed()
    {
        var made = new Dictionary<string, ModelPrice?>(_exact.Count + _aliases.Count, StringComparer.Ordinal);
        foreach (var (name, model) in _exact.Concat(_aliases))
        {
            // Two models with one spelling: neither.
            var dashed = ModelNames.Dashed(name);
            made[dashed] = !made.TryGetValue(dashed, out var other) || ReferenceEquals(other, model) ? model : null;
        }

        return made;
    }

    ModelPrice? Named(string name) => _exact.TryGetValue(name, out var exact) ? exact : _aliases.GetValueOrDefault(name);

    ResolvedModel? ByName(List<string> forms)
    {
        foreach (var form in forms)
        {
            if (_exact.TryGetValue(form, out var exact))
                return new(exact, PriceMatchKind.Exact, CostNotes.None);
            if (_aliases.TryGetValue(form, out var alias))
                return new(alias, PriceMatchKind.Alias, CostNotes.None);
        }

        return null;
    }

    ModelPrice? Normalized(List<string> forms)
    {
        foreach (var form in forms)
        {
            for (var bare = ModelNames.WithoutSuffix(form); bare is not null; bare = ModelNames.WithoutSuffix(bare))
            {
                if (ByName([bare])?.Model is { } model)
                    return model;
            }
        }

        foreach (var form in forms)
        {
            for (var bare = form; bare is not null; bare = ModelNames.WithoutSuffix(bare))
            {
                if (_dashed.Value.TryGetValue(ModelNames.Dashed(bare), out var model) && model is not null)
                    return model;
            }
        }

        return null;
    }

    ResolvedModel Latest(List<string> forms)
    {
        foreach (var form in forms)
        {
            for (var bare = form; bare is not null; bare = ModelNames.WithoutSuffix(bare))
            {
                if (_exact.TryGetValue(bare + "-latest", out var model))
                    return new(model, PriceMatchKind.Normalized, CostNotes.LatestAssumed);
            }
        }

        return ResolvedModel.None;
    }
}
