namespace AiTelemetry.Pricing;

/// <summary>Unit prices by name: null is "not listed". A web search can be priced by the size of its context.</summary>
internal sealed class UnitRates
{
    const int Count = (int)UnitRate.PerAnnotatedPage + 1;

    static readonly string[] Names =
    [
        "webSearchPer1k", "fileSearchPer1k", "perQuery", "perRequest", "perImageIn", "perImageOut", "perSecondIn", "perSecondOut",
        "perAudioSecondIn", "perVideoSecondIn", "perCharIn", "perPage", "perAnnotatedPage",
    ];

    /// <summary>No price at all; not to be written to.</summary>
    public static readonly UnitRates None = new();

    readonly decimal?[] _rates = new decimal?[Count];

    public decimal? this[UnitRate rate]
    {
        get => _rates[(int)rate];
        set => _rates[(int)rate] = value;
    }

    /// <summary>
    /// The price of 1,000 searches with a low, medium and high search context; the medium one also stands in <see
    /// cref="UnitRate.WebSearchPer1k"/>.
    /// </summary>
    public (decimal Low, decimal Medium, decimal High)? SearchByContext { get; set; }

    public bool IsEmpty => Array.TrueForAll(_rates, r => r is null);

    public static string Name(UnitRate rate) => Names[(int)rate];

    public static bool TryParse(string name, out UnitRate rate)
    {
        var index = Array.IndexOf(Names, name);
        rate = (UnitRate)index;
        return index >= 0;
    }

    public static int Per(UnitRate rate) => rate is UnitRate.WebSearchPer1k or UnitRate.FileSearchPer1k ? 1000 : 1;
}
