using System.Globalization;

namespace AiTelemetry.Usage;

/// <summary>Which pieces of the ledger answer a question exactly: the coarsest sums that lie within the range and within a bucket, finer ones at the edges.</summary>
internal sealed class QueryPlan
{
    readonly List<Piece> _pieces = [];
    readonly RollUpFloors _floors;

    QueryPlan(RollUpFloors floors) => _floors = floors;

    /// <summary>Half-open pieces of time that follow each other.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <exception cref="UsageLedgerException">What is needed was pruned.</exception>
    public static QueryPlan Of(UsageQuery query, RollUpFloors floors)
    {
        var plan = new QueryPlan(floors);
        plan.Split(query.From.UtcTicks, query.To.UtcTicks, CoarsestFor(query));
        return plan;
    }

    static RollUpStep CoarsestFor(UsageQuery query)
    {
        foreach (var filter in query.Filters)
        {
            if (filter.Dimension > UsageDimension.Feature)
                return RollUpStep.Rows;
        }
        foreach (var dimension in query.GroupBy)
        {
            if (dimension > UsageDimension.Feature)
                return RollUpStep.Rows;
        }
        for (var step = RollUpStep.Day; step > RollUpStep.Rows; step--)
        {
            if (query.Bucket is null || query.Bucket.Value.Ticks % step.Ticks() == 0)
                return step;
        }
        return RollUpStep.Rows;
    }

    void Split(long from, long to, RollUpStep step)
    {
        if (from >= to)
            return;
        if (step == RollUpStep.Rows)
        {
            Take(step, from, to);
            return;
        }
        var first = step.Floor(from + step.Ticks() - 1);
        var last = step.Floor(to);
        if (first >= last)
        {
            Split(from, to, step - 1);
            return;
        }
        Split(from, first, step - 1);
        Take(step, first, last);
        Split(last, to, step - 1);
    }

    void Take(RollUpStep step, long from, long to)
    {
        while (from < _floors[step])
        {
            if (step == RollUpStep.Rows)
                throw Pruned(from);
            step--; // a retention that keeps finer sums longer is allowed
        }
        _pieces.Add(new Piece(step, from, to));
    }

    UsageLedgerException Pruned(long from)
    {
        string[] kept = [.. Enum.GetValues<RollUpStep>().Select(step => $"{step.ToString().ToLowerInvariant()} {(_floors[step] == 0 ? "all" : Day(_floors[step]))}")];
        return new UsageLedgerException(string.Create(CultureInfo.InvariantCulture,
            $"The question needs figures from {new DateTime(from, DateTimeKind.Utc):O} on that are not kept as finely any more. Kept are, from: {string.Join(", ", kept)}. Ask for a later start, whole hours or days, or nothing by user and session."));
    }

    static string Day(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public readonly record struct Piece(RollUpStep Step, long From, long To);
}
