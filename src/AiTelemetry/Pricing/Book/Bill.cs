namespace AiTelemetry.Pricing;

/// <summary>A bill being added up.</summary>
internal struct Bill
{
    /// <summary>USD of the tokens, before the region's multiplier.</summary>
    public decimal Tokens;

    /// <summary>USD of everything that is not tokens.</summary>
    public decimal Units;

    /// <summary>USD the cache saved, before the region's multiplier.</summary>
    public decimal Saved;

    public CostNotes Flags;

    /// <summary>Whether anything was priced, at whatever rate.</summary>
    public bool Priced;

    /// <summary>Whether something that was used has no price.</summary>
    public bool Unpriced;

    public readonly decimal Total(decimal factor)
    {
        var tokens = factor == 1m ? Tokens : Tokens * factor;
        return Units == 0m ? tokens : tokens + Units;
    }

    public readonly decimal TotalSaved(decimal factor) => Saved == 0m ? 0m : factor == 1m ? Saved : Saved * factor;
}
