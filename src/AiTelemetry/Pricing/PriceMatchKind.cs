namespace AiTelemetry;

/// <summary>How the name of a model led to its price.</summary>
public enum PriceMatchKind
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The listed name, upper and lower case and a provider or resource prefix aside.</summary>
    Exact,

    /// <summary>Another name the entry lists, or an alias the user defined.</summary>
    Alias,

    /// <summary>A deployment the user mapped to a model.</summary>
    Deployment,

    /// <summary>
    /// The listed name after the date, <c>-latest</c> or <c>:0</c> at its end was removed, or with <c>.</c> for <c>-</c> between digits.
    /// </summary>
    Normalized,

    /// <summary>The name without its Bedrock region prefix; the price of that region is not listed.</summary>
    Region,

    /// <summary>The fine-tuned base of an <c>ft:</c> name (the price of fine-tuned models, never the base model's own).</summary>
    FineTune,

    /// <summary>A pattern of the user's that the whole name fits (<see cref="PriceCatalogOptions.Patterns"/>).</summary>
    Pattern,
}
