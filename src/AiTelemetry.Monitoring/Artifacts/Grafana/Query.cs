using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Grafana;

/// <summary>One query of a panel.</summary>
/// <param name="Legend">What its series are called: text and labels.</param>
internal sealed record Query(Expression Expression, string Legend)
{
    /// <summary>Whether the calls behind the numbers are shown as points that lead to their traces.</summary>
    public bool HasExemplars { get; init; }

    public static Query Of(Expression.Writer expression, string legend = "") => new(Expression.Of(expression), legend);
}
