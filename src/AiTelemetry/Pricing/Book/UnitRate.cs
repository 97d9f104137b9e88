namespace AiTelemetry.Pricing;

/// <summary>The prices of a model that are not per token. USD for one, or for 1,000 where the name says so.</summary>
internal enum UnitRate
{
    WebSearchPer1k,
    FileSearchPer1k,
    PerQuery,
    PerRequest,
    PerImageIn,
    PerImageOut,
    PerSecondIn,
    PerSecondOut,
    PerAudioSecondIn,
    PerVideoSecondIn,
    PerCharIn,
    PerPage,
    PerAnnotatedPage,
}
