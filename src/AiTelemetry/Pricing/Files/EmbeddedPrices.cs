namespace AiTelemetry.Pricing;

/// <summary>The catalogue that comes with the package.</summary>
internal static class EmbeddedPrices
{
    static readonly Lazy<PriceLayer> Read = new(() =>
    {
        using var stream = typeof(EmbeddedPrices).Assembly.GetManifestResourceStream("AiTelemetry.prices.json")
            ?? throw new InvalidOperationException("The package carries no prices.json.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return PriceFileReader.Read("prices.json", "embedded", bytes);
    });

    static readonly Lazy<PriceBook> Alone = new(() => new PriceBook([Layer]));

    public static PriceLayer Layer => Read.Value;

    /// <summary>The catalogue without anything above it, to hold other files against.</summary>
    public static PriceBook Book => Alone.Value;
}
