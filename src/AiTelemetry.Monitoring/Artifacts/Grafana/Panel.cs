namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>One panel: what it says, in which unit, from which queries.</summary>
/// <param name="Description">What a reader may take from it.</param>
/// <param name="Unit">One of <see cref="PanelUnit"/>.</param>
internal sealed record Panel(PanelKind Kind, string Title, string Unit, string Description, params Query[] Queries)
{
    /// <summary>Of the 24 columns of a dashboard.</summary>
    public int Width { get; init; } = Kind == PanelKind.Number ? 4 : 12;

    public int Height { get; init; } = Kind == PanelKind.Number ? 4 : 8;

    /// <summary>From where on a value is bad; shown in red.</summary>
    public decimal? BadFrom { get; init; }
}
