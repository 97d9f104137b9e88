using System.Collections.Concurrent;

namespace AiTelemetry.Pricing;

/// <summary>
/// Every price in use at one moment, never changed: a reload makes a new book and swaps the reference. In: a provider's and a model's name
/// as a call said them. Out: the entry, how it was found, remembered so that the second call of a model costs one look-up.
/// </summary>
internal sealed class PriceBook
{
    /// <summary>
    /// Names come from callers and from the wire: no more of them are remembered than this, and no longer ones looked at.
    /// </summary>
    const int MaxRemembered = 8192;
    const int MaxNameLength = 512;
    const int MaxAliasSteps = 16;

    readonly Dictionary<string, PriceIndex> _providers = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, string> _deployments = new(StringComparer.OrdinalIgnoreCase);
    readonly NamePattern[] _patterns;
    readonly ConcurrentDictionary<(string Provider, string Model), ResolvedModel> _remembered = new();
    readonly ConcurrentDictionary<ModelPrice, string> _canonical = new();
    int _count;

    /// <param name="layers">The layers, highest first.</param>
    public PriceBook(IReadOnlyList<PriceLayer> layers)
    {
        foreach (var layer in layers.Reverse())
        {
            foreach (var model in layer.Models)
            {
                if (!_providers.TryGetValue(model.Provider, out var index))
                    _providers[model.Provider] = index = new PriceIndex();
                index.Add(model);
            }

            foreach (var (name, target) in layer.Aliases)
                _aliases[Qualified(name)] = target;
            foreach (var (name, target) in layer.Deployments)
                _deployments[Qualified(name)] = target;
        }

        _patterns = [.. layers.SelectMany(l => l.Patterns)];
        foreach (var index in _providers.Values)
            index.Complete();
    }

    public IEnumerable<ModelPrice> Models => _providers.Values.SelectMany(p => p.Models);

    /// <summary>Finds a model, from memory if it was found before.</summary>
    public ResolvedModel Resolve(string provider, string model, out bool first)
    {
        first = false;
        if (_remembered.TryGetValue((provider, model), out var known))
            return known;
        if (model.Length > MaxNameLength || provider.Length > MaxNameLength)
            return ResolvedModel.None;

        var found = Find(provider.Trim(), model.Trim(), MaxAliasSteps);
        if (Volatile.Read(ref _count) < MaxRemembered && _remembered.TryAdd((provider, model), found))
        {
            Interlocked.Increment(ref _count);
            first = true;
        }

        return found;
    }

    /// <summary>The one name of a model on metrics, by the prices at the time it is first asked for.</summary>
    /// <remarks>Remembered per model of the list, not per name: names come from callers. Asking does not count as the first call of a name.</remarks>
    public string CanonicalName(string provider, string model, DateTimeOffset at)
    {
        if (model.Length > MaxNameLength || provider.Length > MaxNameLength)
            return CanonicalNames.OfUnknown("", model[..Math.Min(model.Length, MaxNameLength)]);
        var found = _remembered.TryGetValue((provider, model), out var known) ? known : Find(provider.Trim(), model.Trim(), MaxAliasSteps);
        if (found.Model is not { } price)
            return CanonicalNames.OfUnknown(ProviderNames.Canonical(provider.Trim()), model);
        return _canonical.TryGetValue(price, out var name) ? name : _canonical.GetOrAdd(price, CanonicalNames.Of(_providers[price.Provider], price, at));
    }

    /// <summary>The model that is listed under a name, on the provider's own price list.</summary>
    public ModelPrice? Listed(string canonical, string name)
    {
        if (_providers.TryGetValue(canonical, out var own) && own.Listed(canonical, name) is { } model)
            return model;
        return ProviderNames.SecondPriceList(canonical) is { } second && !IsMakers(canonical, second) && _providers.TryGetValue(second, out var index)
            ? index.Listed(canonical, name)
            : null;
    }

    /// <summary><c>provider/name</c> with the provider's name in the catalogue.</summary>
    internal static string Qualified(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? key : $"{ProviderNames.Canonical(key[..slash])}/{key[(slash + 1)..]}";
    }

    ResolvedModel Find(string provider, string model, int steps)
    {
        if (provider.Length == 0)
        {
            var slash = model.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || !(ProviderNames.IsKnown(model[..slash]) || _providers.ContainsKey(model[..slash].ToLowerInvariant())))
                return ResolvedModel.None;
            (provider, model) = (model[..slash], model[(slash + 1)..]);
        }

        if (model.Length == 0)
            return ResolvedModel.None;
        var canonical = ProviderNames.Canonical(provider);
        if (steps > 0 && Mapped(canonical, model, steps) is { } mapped)
            return mapped;
        if (steps > 0 && _patterns.Length > 0 && Patterned(canonical, model) is { } patterned)
            return patterned;

        if (_providers.TryGetValue(canonical, out var own) && own.Find(canonical, model) is { Model: not null } found)
            return found;
        if (ProviderNames.SecondPriceList(canonical) is not { } second
            || !_providers.TryGetValue(second, out var index) || index.Find(canonical, model) is not { Model: not null } theirs)
            return ResolvedModel.None;
        return IsMakers(canonical, second) ? theirs with { Flags = theirs.Flags | CostNotes.MakerPriceAssumed } : theirs;
    }

    static bool IsMakers(string canonical, string list) => canonical == "azure" && list != canonical;

    ResolvedModel? Mapped(string canonical, string model, int steps)
    {
        var name = $"{canonical}/{model}";
        var kind = PriceMatchKind.Deployment;
        if (!_deployments.TryGetValue(name, out var target))
        {
            kind = PriceMatchKind.Alias;
            if (!_aliases.TryGetValue(name, out target))
                return null;
        }

        return Target(canonical, target, kind, steps - 1);
    }

    // What is listed stands for itself; a pattern comes before every rewriting of a name. It leads to a model, not to another pattern.
    ResolvedModel? Patterned(string canonical, string model)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Fits(canonical, model))
                return Listed(canonical, model) is null ? Target(canonical, pattern.Target, PriceMatchKind.Pattern, 0) : null;
        }

        return null;
    }

    // The target is a model of the same provider, or names its provider.
    ResolvedModel Target(string canonical, string target, PriceMatchKind kind, int steps)
    {
        var found = Find(canonical, target, steps);
        if (found.Model is null)
            found = Find("", target, steps);
        return found.Model is null ? found : found with { Kind = kind };
    }
}
