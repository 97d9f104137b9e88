namespace AiTelemetry.Pricing;

/// <summary>One model of LiteLLM's file as read: its own unit (USD per token) already turned into USD per million.</summary>
/// <param name="issues">Takes the figures of the row that are not believed; one list for the whole file.</param>
internal sealed class LiteLlmRow(List<PriceIssue> issues)
{
    readonly TokenRates?[] _rates = new TokenRates?[ServiceTiers.Count];
    readonly SortedDictionary<long, TokenRates>?[] _tiers = new SortedDictionary<long, TokenRates>?[ServiceTiers.Count];

    // Most rows have none of these, and there are thousands of rows.
    UnitRates? _units;
    List<ContextBand>? _bands;
    List<(string Geo, decimal Factor)>? _geo;

    public required string Key { get; init; }

    public string? Provider { get; set; }

    public string Mode { get; set; } = "chat";

    /// <summary>The unit prices, to be read; <see cref="OwnUnits"/> are written to.</summary>
    public UnitRates Units => _units ?? UnitRates.None;

    public UnitRates OwnUnits => _units ??= new UnitRates();

    public ContextBand[] Bands => _bands is null ? [] : [.. _bands.OrderBy(b => b.Over)];

    public (string Geo, decimal Factor)[] Geo => _geo is null ? [] : [.. _geo];

    /// <summary>How much dearer the fast tier is, where the file gives it so.</summary>
    public decimal? FastFactor { get; set; }

    /// <summary>The first rate that cannot be one, in USD per million; null where even that is beyond telling.</summary>
    public (string Name, decimal? Value)? Absurd { get; set; }

    public List<PriceIssue> Issues => issues;

    public void Add(ContextBand band) => (_bands ??= []).Add(band);

    public void Add(string geo, decimal factor) => (_geo ??= []).Add((geo, factor));

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
        _bands = null;
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
