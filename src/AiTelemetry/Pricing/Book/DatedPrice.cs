using System.Globalization;

namespace AiTelemetry.Pricing;

/// <summary>One price of a model with the time it holds, half-open and in UTC.</summary>
internal sealed class DatedPrice
{
    /// <summary>No tier of service but the standard one; not to be written to.</summary>
    public static readonly TierPrice?[] NoTiers = new TierPrice?[ServiceTiers.Count];

    RateTable?[]? _tables;
    string? _id;

    /// <summary>The first moment it holds; null for ever since.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment it no longer holds; null for until further notice.</summary>
    public DateTimeOffset? To { get; init; }

    public TokenRates Rates { get; init; } = TokenRates.None;

    public ContextTier[] Tiers { get; init; } = [];

    public ContextBand[] Bands { get; init; } = [];

    /// <summary>By <see cref="ServiceTier"/>; null where the tier is not listed.</summary>
    public TierPrice?[] ServiceTierPrices { get; init; } = NoTiers;

    public UnitRates Units { get; init; } = UnitRates.None;

    /// <summary>Multipliers of every token rate by region.</summary>
    public (string Geo, decimal Factor)[] Geo { get; init; } = [];

    public TimeOfDayRates[] TimesOfDay { get; init; } = [];

    /// <summary>Where the price comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The day it was last checked.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>What is doubtful about it whoever uses it.</summary>
    public CostNotes Doubts { get; init; }

    /// <summary>Whether anything can be priced with it at all.</summary>
    public bool IsEmpty => Rates.IsEmpty && Units.IsEmpty && Bands.Length == 0;

    /// <summary>Source, day and a hash of the figures: two prices with the same id have the same figures.</summary>
    public string Id => _id ??= string.Create(CultureInfo.InvariantCulture, $"{Source}@{Day}#{PriceFingerprint.Of(this):x8}");

    string Day => AsOf?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "undated";

    /// <summary>The name alone of a price whose figures are not at hand, as a ledger kept it.</summary>
    public static DatedPrice Named(string id)
    {
        var day = id.LastIndexOf('@') + 1;
        return new DatedPrice
        {
            Source = day > 0 ? id[..(day - 1)] : id,
            AsOf = id.Length >= day + 10 && DateOnly.TryParseExact(id.AsSpan(day, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asOf) ? asOf : null,
            _id = id,
        };
    }

    public bool HoldsAt(DateTimeOffset at) => (From is null || at >= From) && (To is null || at < To);

    /// <summary>The same price for another time.</summary>
    public DatedPrice During(DateTimeOffset? from, DateTimeOffset? to) => Copy(from, to, Doubts, Rates);

    /// <summary>The same price with something more to doubt.</summary>
    public DatedPrice Doubting(CostNotes doubts) => Copy(From, To, Doubts | doubts, Rates);

    /// <summary>The same price with other token rates.</summary>
    public DatedPrice WithRates(TokenRates rates) => Copy(From, To, Doubts, rates);

    /// <summary>The rates for one call, worked out once and kept.</summary>
    /// <param name="tier">The tier that served it.</param>
    /// <param name="prompt">The length of its prompt.</param>
    /// <param name="at">Its time.</param>
    /// <param name="flags">What was chosen and what had to be assumed.</param>
    public RateTable TableFor(ServiceTier tier, long prompt, DateTimeOffset at, out CostNotes flags)
    {
        flags = CostNotes.None;
        var price = ServiceTierPrices[(int)tier];
        if (price is null && tier != ServiceTier.Standard)
            flags |= CostNotes.TierRateAssumed;

        var time = TimeOfDayRates.IndexFor(TimesOfDay, at.UtcDateTime);
        var context = ContextTier.IndexFor(Tiers, prompt);
        var band = ContextBand.IndexFor(Bands, prompt);
        var tierContext = price is null ? -1 : ContextTier.IndexFor(price.Tiers, prompt);
        if (time >= 0)
            flags |= CostNotes.TimeOfDay;
        if (context >= 0 || tierContext >= 0 || band > 0)
            flags |= CostNotes.LongContext;
        if (context >= 0 && price is { Tiers.Length: 0 })
            flags |= CostNotes.TierLongContextAssumed;

        var slots = (Tiers.Length + 1, Bands.Length + 1, TimesOfDay.Length + 1, MostTierContexts() + 1);
        var tables = _tables ??= new RateTable?[ServiceTiers.Count * slots.Item1 * slots.Item2 * slots.Item3 * slots.Item4];
        var slot = (int)(price is null ? ServiceTier.Standard : tier);
        slot = (slot * slots.Item1) + context + 1;
        slot = (slot * slots.Item2) + band + 1;
        slot = (slot * slots.Item3) + time + 1;
        slot = (slot * slots.Item4) + tierContext + 1;

        // Two threads may work out the same table at once; they are equal, and whichever stays is right.
        return tables[slot] ??= Work(price, context, band, time, tierContext);
    }

    RateTable Work(TierPrice? price, int context, int band, int time, int tierContext)
    {
        var rates = Rates
            .With(time < 0 ? null : TimesOfDay[time].Rates)
            .With(context < 0 ? null : Tiers[context].Rates)
            .With(band < 0 ? null : Bands[band].Rates);
        if (price is null)
            return new RateTable(rates, 0);

        var tierRates = price.Rates.With(tierContext < 0 ? null : price.Tiers[tierContext].Rates);
        var assumed = 0;
        for (var i = 0; i < TokenRates.Count; i++)
        {
            if (rates[(TokenRate)i] is not null && tierRates[(TokenRate)i] is null)
                assumed |= 1 << i;
        }

        return new RateTable(rates.With(tierRates), assumed);
    }

    int MostTierContexts()
    {
        var most = 0;
        foreach (var price in ServiceTierPrices)
            most = Math.Max(most, price?.Tiers.Length ?? 0);
        return most;
    }

    DatedPrice Copy(DateTimeOffset? from, DateTimeOffset? to, CostNotes doubts, TokenRates rates) => new()
    {
        From = from,
        To = to,
        Rates = rates,
        Tiers = Tiers,
        Bands = Bands,
        ServiceTierPrices = ServiceTierPrices,
        Units = Units,
        Geo = Geo,
        TimesOfDay = TimesOfDay,
        Source = Source,
        AsOf = AsOf,
        Doubts = doubts,
    };
}
