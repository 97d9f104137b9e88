namespace AiTelemetry.Pricing;

/// <summary>The prices of one source: the built-in catalogue, a file, or options.</summary>
/// <param name="Source">Its name on results.</param>
/// <param name="Models">Its models.</param>
/// <param name="Aliases">Names the user defined, <c>provider/name</c> to a target; targets may be aliases themselves.</param>
/// <param name="Deployments">Deployments the user mapped, likewise.</param>
/// <param name="Issues">Figures that were not believed.</param>
internal sealed record PriceLayer(
    string Source,
    IReadOnlyList<ModelPrice> Models,
    IReadOnlyDictionary<string, string> Aliases,
    IReadOnlyDictionary<string, string> Deployments,
    IReadOnlyList<PriceIssue> Issues)
{
    static readonly Dictionary<string, string> NoNames = [];

    /// <summary>Patterns the user gave, the first that fits counts.</summary>
    public IReadOnlyList<NamePattern> Patterns { get; init; } = [];

    public static PriceLayer Of(string source, IReadOnlyList<ModelPrice> models, IReadOnlyList<PriceIssue>? issues = null) =>
        new(source, models, NoNames, NoNames, issues ?? []);
}
