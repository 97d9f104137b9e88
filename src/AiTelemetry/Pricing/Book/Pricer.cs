namespace AiTelemetry.Pricing;

/// <summary>
/// Usage x rates, added up at full scale and divided by a million last: exact, never rounded, never through binary floating point. In: the
/// entry found, usage and terms. Out: the cost. Allocates nothing.
/// </summary>
internal static class Pricer
{
    /// <summary>Flags that make a cost approximate; the others only tell which price it was or make it partial or unknown.</summary>
    public const CostNotes Doubts = CostNotes.TierRateAssumed | CostNotes.TierLongContextAssumed | CostNotes.CacheRateAssumed
        | CostNotes.CacheLifetimeAssumed | CostNotes.ModalityRateAssumed | CostNotes.RegionAssumed | CostNotes.MakerPriceAssumed
        | CostNotes.LatestAssumed | CostNotes.SearchContextAssumed
        | CostNotes.UsageInconsistent | CostNotes.Disputed | CostNotes.Stale | CostNotes.Announced | CostNotes.DatesApproximate;

    /// <summary>Flags of a cost that is not the whole one.</summary>
    const CostNotes LowerBound = CostNotes.Unpriced | CostNotes.UsageIncomplete;

    /// <summary>A micro-dollar: gateways round their charges, and of a tiny one the rounding can be a large part.</summary>
    const decimal Rounding = 0.000001m;

    /// <summary>Above this a reported charge is taken for an error of the sender.</summary>
    const decimal MaxReported = 1_000_000_000m;

    public static CostResult Price<TLines>(
        ResolvedModel match, in TokenUsage usage, DateTimeOffset at, in PriceTerms terms, PricerLimits limits, TLines lines)
        where TLines : struct, ICostLines
    {
        var reported = terms.ReportedUsd is >= 0 and <= MaxReported ? terms.ReportedUsd : null;
        var price = match.Model?.PriceAt(at);
        var flags = match.Flags;
        if (!IsKnown(usage) && terms.UnitsRef.IsEmpty)
            return Result(match, price, null, reported, flags | CostNotes.UsageUnknown, 0m, limits);
        if (match.Model is null)
            return Result(match, null, null, reported, flags, 0m, limits);
        if (price is null)
            return Result(match, null, null, reported, flags | CostNotes.NoPriceAtDate, 0m, limits);

        var buckets = UsageBuckets.Split(usage, out var prompt, out var usageFlags);
        var table = price.TableFor(ServiceTiers.FromWire(terms.ServedTier), prompt, at, out var tableFlags);
        var bill = new Bill { Flags = flags | usageFlags | tableFlags | price.Doubts | Age(price, at, limits) };

        var factor = Region(price, terms.Geo, ref bill);
        AddTokens(ref bill, buckets, usage, price, table, factor, lines);
        UnitBill.Add(ref bill, usage, terms, price, table, lines);

        decimal? usd = bill.Priced ? bill.Total(factor) : null;
        if (bill.Unpriced)
            bill.Flags |= CostNotes.Unpriced;
        return Result(match, price, usd, reported, bill.Flags, bill.TotalSaved(factor), limits);
    }

    static void AddTokens<TLines>(
        ref Bill bill, in UsageBuckets buckets, in TokenUsage usage, DatedPrice price, RateTable table, decimal factor, TLines lines)
        where TLines : struct, ICostLines
    {
        Int128 cost = 0, saved = 0;
        var integers = table.Fixed;
        for (var i = 0; i < UsageBuckets.Count; i++)
        {
            var count = buckets[i];
            if (count == 0)
                continue;
            if (lines.Wanted)
                lines.Add(table.Name(i), count, table.Has(i) ? table.Rate(i) : null, 1_000_000, factor);
            if (!table.Has(i))
            {
                bill.Unpriced = true;
                continue;
            }

            bill.Priced = true;
            bill.Flags |= table.Flags(i);
            if (integers is null)
                continue;
            cost += integers.Cost(i, count);
            if (i is >= (int)Bucket.CacheRead and <= (int)Bucket.CacheWrite1h)
                saved += integers.Saved(i, count);
        }

        if (integers is null || !integers.TryUsd(cost, out bill.Tokens) || !integers.TryUsd(saved, out bill.Saved))
            AddDecimals(ref bill, buckets, table);

        // A count of zero costs nothing at any rate, where there is a rate.
        if (IsKnown(usage) && !price.IsEmpty)
            bill.Priced |= !bill.Unpriced;
        if (buckets[(int)Bucket.CacheWrite5m] > 0 && usage.CacheWrite1h is null && table.HasCacheWrite1h)
            bill.Flags |= CostNotes.CacheLifetimeAssumed;
        if ((usage.Input is null && usage.Output is not null) || (usage.Output is null && usage.Input is not null && table.HasOutput))
            bill.Flags |= CostNotes.UsageIncomplete;
    }

    // The same sums in decimals, for rates or totals beyond what integers hold.
    static void AddDecimals(ref Bill bill, in UsageBuckets buckets, RateTable table)
    {
        (bill.Tokens, bill.Saved) = (0m, 0m);
        for (var i = 0; i < UsageBuckets.Count; i++)
        {
            bill.Tokens += buckets[i] * table.Rate(i);
            if (i is >= (int)Bucket.CacheRead and <= (int)Bucket.CacheWrite1h)
                bill.Saved += buckets[i] * table.Saved(i);
        }

        bill.Tokens *= 0.000001m;
        bill.Saved *= 0.000001m;
    }

    static bool IsKnown(in TokenUsage usage) =>
        usage.Input is not null || usage.Output is not null || usage.CacheRead is not null || usage.CacheWrite is not null
        || usage.CacheWrite1h is not null || usage.Reasoning is not null || usage.AudioInput is not null || usage.AudioOutput is not null
        || usage.ImageInput is not null || usage.ImageOutput is not null;

    static CostNotes Age(DatedPrice price, DateTimeOffset at, PricerLimits limits)
    {
        if (price.AsOf is not { } checkedOn)
            return CostNotes.None;
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var flags = day.DayNumber - checkedOn.DayNumber > limits.StaleDays ? CostNotes.Stale : CostNotes.None;
        return price.From is { } from && DateOnly.FromDateTime(from.UtcDateTime) > checkedOn ? flags | CostNotes.Announced : flags;
    }

    static decimal Region(DatedPrice price, string? geo, ref Bill bill)
    {
        if (string.IsNullOrEmpty(geo) || geo.Equals("global", StringComparison.OrdinalIgnoreCase)
            || geo.Equals("not_available", StringComparison.OrdinalIgnoreCase))
            return 1m;
        foreach (var (name, factor) in price.Geo)
        {
            if (name.Equals(geo, StringComparison.OrdinalIgnoreCase))
                return factor;
        }

        bill.Flags |= CostNotes.RegionAssumed;
        return 1m;
    }

    static CostResult Result(
        ResolvedModel match, DatedPrice? price, decimal? computed, decimal? reported, CostNotes flags, decimal saved, PricerLimits limits)
    {
        if (reported is { } charge && computed is { } figure && Drifts(charge, figure, flags, limits.DriftTolerance))
            flags |= CostNotes.Drift;
        var status = reported is not null ? CostStatus.Reported
            : computed is null ? CostStatus.Unknown
            : (flags & LowerBound) != CostNotes.None ? CostStatus.Partial
            : (flags & Doubts) != CostNotes.None ? CostStatus.Approximate
            : CostStatus.Exact;
        return new CostResult
        {
            Match = match,
            Version = price,
            Usd = reported ?? computed,
            Status = status,
            Flags = flags,
            ComputedUsd = computed,
            CacheSavingsUsd = saved,
        };
    }

    static bool Drifts(decimal charge, decimal computed, CostNotes flags, decimal tolerance)
    {
        // A lower bound says nothing against a higher charge.
        if (charge > computed && (flags & LowerBound) != CostNotes.None)
            return false;
        return Math.Abs(charge - computed) > Math.Max(Rounding, tolerance * Math.Max(charge, computed));
    }
}
