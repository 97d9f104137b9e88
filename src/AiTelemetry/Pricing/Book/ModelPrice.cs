namespace AiTelemetry.Pricing;

/// <summary>Everything known about the price of one model at one provider.</summary>
internal sealed class ModelPrice
{
    string? _key;

    /// <summary>The provider as the files name it, lower case.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as the file spells it.</summary>
    public required string Model { get; init; }

    public string[] Aliases { get; init; } = [];

    /// <summary>chat, embedding, ...: as the file says.</summary>
    public string Mode { get; init; } = "chat";

    /// <summary>agreed, single-source, disputed or hand-dated; null for a price the user gave.</summary>
    public string? Confidence { get; init; }

    /// <summary>The sources and the day each was read, for documents.</summary>
    public string Sources { get; init; } = "";

    public string? Note { get; init; }

    /// <summary>The first one that holds at a time is the price at that time.</summary>
    public required DatedPrice[] Prices { get; init; }

    /// <summary>Figures of other sources that were looked at and not believed.</summary>
    public (TokenRate Rate, decimal Value)[] Rejected { get; init; } = [];

    public string Key => _key ??= $"{Provider}/{Model}";

    public DatedPrice? PriceAt(DateTimeOffset at)
    {
        foreach (var price in Prices)
        {
            if (price.HoldsAt(at))
                return price;
        }

        return null;
    }

    /// <summary>The same model with other prices.</summary>
    public ModelPrice WithPrices(DatedPrice[] prices, string[]? aliases = null) => new()
    {
        Provider = Provider,
        Model = Model,
        Aliases = aliases ?? Aliases,
        Mode = Mode,
        Confidence = Confidence,
        Sources = Sources,
        Note = Note,
        Prices = prices,
        Rejected = Rejected,
    };

    /// <summary>This model of a higher layer over the same model of a lower one, whose prices hold where this one has none.</summary>
    public ModelPrice Over(ModelPrice lower) => new()
    {
        Provider = Provider,
        Model = lower.Model,
        Aliases = [.. Aliases, .. lower.Aliases],
        Mode = lower.Mode,
        Confidence = Confidence ?? lower.Confidence,
        Sources = Sources.Length > 0 ? Sources : lower.Sources,
        Note = Note ?? lower.Note,
        Prices = [.. Prices, .. lower.Prices],
        Rejected = lower.Rejected,
    };
}
