namespace AiTelemetry;

/// <summary>Names of one provider that stand for one model, by a regular expression.</summary>
/// <param name="Name">
/// <c>provider/expression</c>, for example <c>azure/prod-.*</c>. The expression is matched against the whole name, upper and lower case
/// aside. Look-around and back-references are refused: matching takes time linear to the name's length.
/// </param>
/// <param name="Model">The model of the same provider, or <c>provider/model</c>.</param>
public sealed record PricePattern(string Name, string Model);
