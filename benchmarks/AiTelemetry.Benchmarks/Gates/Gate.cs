using System.Globalization;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>One line of the table: what was measured, what it may be at most, and what it was.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Goal">The most it may be, or the least where <paramref name="AtLeast"/>.</param>
/// <param name="Measured">What it was.</param>
/// <param name="Unit">What it is counted in: <c>B</c>, <c>ns</c>, <c>x</c>.</param>
/// <param name="Slack">By which part of itself the goal may be missed: a quarter for times, nothing for bytes.</param>
/// <param name="AtLeast">Whether more is better.</param>
/// <param name="Note">The figures it is made from.</param>
/// <param name="Held">What must hold instead, where the goal is out of reach: what was reached. Missing the goal is still said.</param>
internal sealed record Gate(string What, double Goal, double Measured, string Unit, double Slack = 0, bool AtLeast = false, string Note = "", double? Held = null)
{
    public bool IsPassed => AtLeast ? Measured >= Limit : Measured <= Limit;

    bool IsGoalMet => AtLeast ? Measured >= Goal : Measured <= Goal;

    /// <summary>Whether it holds what was reached, and misses its goal by more than its slack.</summary>
    public bool IsMissed => IsPassed && !(AtLeast ? Measured >= Goal / (1 + Slack) : Measured <= Goal * (1 + Slack));

    double Limit => AtLeast ? (Held ?? Goal) / (1 + Slack) : (Held ?? Goal) * (1 + Slack);

    public override string ToString()
    {
        var verdict = !IsPassed ? "FAIL" : IsGoalMet ? "pass" : IsMissed ? "miss" : "slack";
        var note = Note.Length == 0 ? "" : $"  ({Note})";
        return string.Create(CultureInfo.InvariantCulture, $"{verdict,-5}  {What,-76} {(AtLeast ? ">=" : "<=")} {Text(Goal),9} {Unit,-2} {Text(Measured),10} {Unit,-2}{note}");
    }

    /// <summary>A ratio of times, which may be a quarter over.</summary>
    public static Gate Ratio(string what, double goal, double measured, string note = "", bool atLeast = false, double? held = null) => new(what, goal, measured, "x", 0.25, atLeast, note, held);

    /// <summary>Bytes, which are the same at every run.</summary>
    public static Gate Bytes(string what, double goal, double measured, string note = "", double? held = null) => new(what, goal, measured, "B", Note: note, Held: held);

    static string Text(double value) => value.ToString(Math.Abs(value) >= 100 || value == Math.Floor(value) ? "N0" : "N3", CultureInfo.InvariantCulture);
}
