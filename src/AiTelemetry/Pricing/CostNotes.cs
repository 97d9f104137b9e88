namespace AiTelemetry;

/// <summary>What a reader should know about how a cost came about.</summary>
[Flags]
public enum CostNotes
{
    /// <summary>Nothing to say.</summary>
    None = 0,

    /// <summary>The prompt was long enough for the model's long-context rates, which hold for the whole call.</summary>
    LongContext = 1 << 0,

    /// <summary>Rates of a time of day (peak or off-peak) were used.</summary>
    TimeOfDay = 1 << 1,

    /// <summary>The served tier, or one of its rates, is not listed: the standard rate was used for it.</summary>
    TierRateAssumed = 1 << 2,

    /// <summary>The served tier lists no long-context rates: its normal rates were used for a long prompt.</summary>
    TierLongContextAssumed = 1 << 3,

    /// <summary>No cache rate is listed: cached tokens were priced as plain input.</summary>
    CacheRateAssumed = 1 << 4,

    /// <summary>The lifetime of the cache write is not known or has no rate: the five-minute rate was used.</summary>
    CacheLifetimeAssumed = 1 << 5,

    /// <summary>No rate for audio or image tokens is listed: they were priced as text.</summary>
    ModalityRateAssumed = 1 << 6,

    /// <summary>The price of the region, or of the region that served the call, is not listed: the base price was used.</summary>
    RegionAssumed = 1 << 7,

    /// <summary>The host's own price list lacks the model: the maker's price was used (Azure to OpenAI only).</summary>
    MakerPriceAssumed = 1 << 8,

    /// <summary>Only the <c>-latest</c> name of the model is listed.</summary>
    LatestAssumed = 1 << 9,

    /// <summary>The search context size is not known: the medium price was used.</summary>
    SearchContextAssumed = 1 << 10,

    /// <summary>The counts contradict each other (parts above the whole, negative or absurd counts) and were clamped.</summary>
    UsageInconsistent = 1 << 11,

    /// <summary>The prompt or the completion count is missing.</summary>
    UsageIncomplete = 1 << 12,

    /// <summary>No usage at all is known.</summary>
    UsageUnknown = 1 << 13,

    /// <summary>Something that was used has no price.</summary>
    Unpriced = 1 << 14,

    /// <summary>The model is known, but no price of it is valid at the time of the call.</summary>
    NoPriceAtDate = 1 << 15,

    /// <summary>Public sources disagree about this price, or a loaded price file disagrees with the built-in catalogue.</summary>
    Disputed = 1 << 16,

    /// <summary>The price was last checked longer ago than <see cref="PriceCatalogOptions.StaleAfter"/>.</summary>
    Stale = 1 << 17,

    /// <summary>The price was announced before its start and may have been withdrawn.</summary>
    Announced = 1 << 18,

    /// <summary>The day the price changed is not known exactly.</summary>
    DatesApproximate = 1 << 19,

    /// <summary>Reported and computed cost differ by more than <see cref="PriceCatalogOptions.DriftTolerance"/>.</summary>
    Drift = 1 << 20,
}
