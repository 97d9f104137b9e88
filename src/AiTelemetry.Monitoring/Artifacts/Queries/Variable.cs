using AiTelemetry.Catalog;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>A choice at the top of a dashboard: the values of one label.</summary>
/// <param name="Name">What queries call it, with a dollar in front.</param>
/// <param name="Title">What readers call it.</param>
/// <param name="Source">The series whose values are offered.</param>
internal sealed record Variable(string Name, string Title, Label Label, Series Source)
{
    public static readonly Variable Provider = new(TagKeys.Provider, "Provider", Label.Provider, Series.CountOf(TelemetryCatalog.RequestSeconds));

    public static readonly Variable Model = new(TagKeys.Model, "Model", Label.Model, Series.CountOf(TelemetryCatalog.RequestSeconds));

    public static readonly Variable Server = new("server", "MCP server", Label.ServerId, Series.CountOf(TelemetryCatalog.ToolSeconds));

    public static readonly Variable[] All = [Provider, Model, Server];

    /// <summary>The variable's own query in Grafana. The models offered are those of the providers chosen.</summary>
    public string Query => this == Model
        ? $"label_values({Source.Text}{{{Label.Provider.Name}=~\"${Provider.Name}\"}}, {Label.Name})"
        : $"label_values({Source.Text}, {Label.Name})";
}
