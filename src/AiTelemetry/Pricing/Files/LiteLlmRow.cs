namespace AiTelemetry.Pricing;

/// <summary>One model of LiteLLM's file as read: its own unit (USD per token) already turned into USD per million.</summary>
internal sealed class LiteLlmRow
{
    readonly TokenRates?[] _rates = new TokenRates?[ServiceTiers.Count];
    readonly SortedDictionary<long, TokenRates>?[] _tiers = new SortedDictionary<long, TokenRates>?[ServiceTiers.Count];

    public required string Key { get; init; }

    public string? Provider { get; set; }

    public string Mode { get; set; } = "chat";

    public UnitRates Units { get; } = new();

    public List<ContextBand> Bands { get; } = [];

    public List<(string Geo, decimal Factor)> Geo { get; } = [];

    /// <summary>How much dearer the fast tier is, where the file gives it so.</summary>
    public decimal? FastFactor { get; set; }

    /// <summary>The first rate that cannot be one, in USD per million; null where even that is beyond telling.</summary>
    public (string Name, decimal? Value)? Absurd { get; set; }

    public List<PriceIssue> Issues { get; } = [];

    public TokenRates Rates(ServiceTier tier) => _rates[(int)tier] ??= new TokenRates();

    public bool Lists(ServiceTier tier) => _rates[(int)tier] is { IsEmpty: false };

    public void Drop(ServiceTier tier)
    {
        _rates[(int)tier] = null;
        _tiers[(int)tier] = null;
    }

    public void DropAll()
    {
        Array.Clear(_rates);
        Array.Clear(_tiers);
        Bands.Clear();
    }

    public TokenRates Above(ServiceTier tier, long threshold)
    {
        var tiers = _tiers[(int)tier] ??= [];
        if (!tiers.TryGetValue(threshold, out var rates))
            tiers[threshold] = rates = new TokenRates();
        return rates;
    }

    public ContextTier[] Tiers(ServiceTier tier, bool inclusive) =>
        _tiers[(int)tier] is { } tiers ? [.. tiers.Where(t => !t.Value.IsEmpty).Select(t => new ContextTier(t.Key, inclusive, t.Value))] : [];
}
