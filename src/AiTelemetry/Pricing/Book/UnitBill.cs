namespace AiTelemetry.Pricing;

/// <summary>The part of a bill that is not tokens: searches, images, pages, seconds, ... No region multiplies it.</summary>
internal static class UnitBill
{
    /// <summary>Above this a count is taken for an error of the sender.</summary>
    const decimal MaxUnits = 1_000_000_000_000m;

    public static void Add<TLines>(ref Bill bill, in TokenUsage usage, in PriceTerms terms, DatedPrice price, RateTable table, TLines lines)
        where TLines : struct, ICostLines
    {
        Searches(ref bill, terms, price.Units, lines);
        ref readonly var used = ref terms.UnitsRef;
        if (used.IsEmpty)
            return;

        var rates = price.Units;
        Charge(ref bill, used.FileSearches, rates, UnitRate.FileSearchPer1k, lines);
        Charge(ref bill, used.Queries, rates, UnitRate.PerQuery, lines);
        Charge(ref bill, used.Pages, rates, UnitRate.PerPage, lines);
        Charge(ref bill, used.AnnotatedPages, rates, UnitRate.PerAnnotatedPage, lines);
        Charge(ref bill, used.Characters, rates, UnitRate.PerCharIn, lines);

        // What was already paid by the token is not paid by the piece too.
        if (!(usage.ImageOutput > 0 && table.HasImageOutput) && !(usage.ImageInput > 0))
            Charge(ref bill, used.Images, rates, Either(rates, UnitRate.PerImageOut, UnitRate.PerImageIn), lines);
        if (!(usage.AudioInput > 0))
            Charge(ref bill, used.AudioSeconds, rates, Either(rates, UnitRate.PerAudioSecondIn, UnitRate.PerSecondIn), lines);
        Charge(ref bill, used.VideoSeconds, rates, Either(rates, UnitRate.PerVideoSecondIn, UnitRate.PerSecondOut), lines);
    }

    // A model with a fee per request has it for its search: by context size where known, and once per request where the searches were not
    // counted.
    static void Searches<TLines>(ref Bill bill, in PriceTerms terms, UnitRates rates, TLines lines)
        where TLines : struct, ICostLines
    {
        var perRequest = rates[UnitRate.PerRequest];
        var searches = terms.UnitsRef.WebSearches ?? (perRequest is null ? 0 : 1);
        if (searches == 0)
            return;
        var rate = rates[UnitRate.WebSearchPer1k];
        if (rates.SearchByContext is { } byContext)
            rate = ByContext(byContext, terms.SearchContext, ref bill);
        if (rate is null && perRequest is not null)
            Charge(ref bill, 1, perRequest, UnitRate.PerRequest, lines);
        else
            Charge(ref bill, searches, rate, UnitRate.WebSearchPer1k, lines);
    }

    static UnitRate Either(UnitRates rates, UnitRate first, UnitRate second) => rates[first] is null ? second : first;

    static decimal ByContext((decimal Low, decimal Medium, decimal High) prices, string? context, ref Bill bill)
    {
        if (string.Equals(context, "low", StringComparison.OrdinalIgnoreCase))
            return prices.Low;
        if (string.Equals(context, "high", StringComparison.OrdinalIgnoreCase))
            return prices.High;
        if (!string.Equals(context, "medium", StringComparison.OrdinalIgnoreCase))
            bill.Flags |= CostNotes.SearchContextAssumed;
        return prices.Medium;
    }

    static void Charge<TLines>(ref Bill bill, decimal? count, UnitRates rates, UnitRate unit, TLines lines)
        where TLines : struct, ICostLines
    {
        if (count is { } number)
            Charge(ref bill, number, rates[unit], unit, lines);
    }

    static void Charge<TLines>(ref Bill bill, decimal count, decimal? rate, UnitRate unit, TLines lines)
        where TLines : struct, ICostLines
    {
        if (count is < 0 or > MaxUnits)
        {
            bill.Flags |= CostNotes.UsageInconsistent;
            count = count < 0 ? 0 : MaxUnits;
        }

        var per = UnitRates.Per(unit);
        if (rate is { } value)
        {
            bill.Priced = true;
            bill.Units += per == 1000 ? count * value * 0.001m : count * value;
        }
        else if (count > 0)
        {
            bill.Unpriced = true;
        }

        if (lines.Wanted && count > 0)
            lines.Add(UnitRates.Name(unit), count, rate, per, 1m);
    }
}
