using AiTelemetry.Catalog;

namespace AiTelemetry.Monitoring.Artifacts.Queries;

/// <summary>A label of a series, by its name in the catalogue.</summary>
internal sealed record Label(string Name)
{
    public static readonly Label Provider = new(TagKeys.Provider);
    public static readonly Label Model = new(TagKeys.Model);
    public static readonly Label Outcome = new(TagKeys.Outcome);
    public static readonly Label Type = new(TagKeys.Type);
    public static readonly Label Direction = new(TagKeys.Direction);
    public static readonly Label Reason = new(TagKeys.Reason);
    public static readonly Label ErrorType = new(TagKeys.ErrorType);
    public static readonly Label ErrorKind = new(TagKeys.ErrorKind);
    public static readonly Label Kind = new(TagKeys.Kind);
    public static readonly Label ServerId = new(TagKeys.ServerId);
    public static readonly Label ToolName = new(TagKeys.ToolName);
    public static readonly Label FactoryType = new(TagKeys.FactoryType);
    public static readonly Label NameOfFactory = new(TagKeys.Name);
    public static readonly Label Door = new(TagKeys.Door);
    public static readonly Label Version = new(TagKeys.Version);
    public static readonly Label DotnetVersion = new(TagKeys.DotnetVersion);

    // Prometheus' own: the bound of a bucket, and the target that was scraped.
    public static readonly Label Bound = new("le");
    public static readonly Label Job = new("job");
    public static readonly Label Instance = new("instance");

    /// <summary>Those that no metric of the catalogue has to have.</summary>
    public static readonly Label[] OfPrometheus = [Bound, Job, Instance];

    /// <summary>Its value in the legend of a Grafana panel.</summary>
    public string InLegend => "{{" + Name + "}}";

    /// <summary>Its value in the text of an alert.</summary>
    public string InAlert => "{{ $labels." + Name + " }}";
}
