using AiTelemetry.Monitoring.Artifacts.Queries;

namespace AiTelemetry.Monitoring.Artifacts.Rules;

/// <summary>One alert: a value, from where on it is bad, and what to do then.</summary>
/// <param name="Name">Its name; also that of its chapter in RUNBOOKS.md.</param>
/// <param name="Severity"><c>critical</c>: someone should look now. <c>warning</c>: someone should look today.</param>
/// <param name="Value">What is watched. It answers whether or not the alert fires.</param>
/// <param name="Condition">What comes behind the value: a comparison, and further conditions.</param>
/// <param name="For">How long it must hold.</param>
internal sealed record Alert(string Name, string Severity, Expression Value, Expression Condition, TimeSpan For)
{
    public const string Critical = "critical";
    public const string Warning = "warning";

    /// <summary>One line, with the labels of the series it fires for.</summary>
    public required string Summary { get; init; }

    /// <summary>A sentence or two, with the value.</summary>
    public required string Description { get; init; }

    /// <summary>What it means.</summary>
    public required string Meaning { get; init; }

    /// <summary>How to look into it, step by step.</summary>
    public required string[] Look { get; init; }

    /// <summary>What to do about it, likeliest first.</summary>
    public required string[] Act { get; init; }

    /// <summary>All of it, as the rule has it. A comparison binds tighter than <c>or</c>: what is more than a name stands in parentheses.</summary>
    public Expression Expression => Value.Text.Contains(' ', StringComparison.Ordinal) ? Expression.Of($"({Value}) {Condition}") : Expression.Of($"{Value} {Condition}");

    /// <summary>The anchor of its chapter, as GitHub makes them.</summary>
    public string Anchor => Name.ToLowerInvariant();
}
