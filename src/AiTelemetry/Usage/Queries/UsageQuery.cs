using System.Globalization;

namespace AiTelemetry;

/// <summary>A question to a ledger: of which time, of which calls, told apart by what, and what of them.</summary>
/// <remarks>
/// The answer is exact: it is put together from days, hours, minutes and, at the edges of the range, rows, the coarsest that will do. A range that
/// begins before what is needed for it was pruned is refused, and the refusal says from when on it can be answered.
/// </remarks>
public sealed record UsageQuery
{
    /// <summary>The most rows an answer may have; a question with more is refused.</summary>
    public const int MostRows = 100_000;

    /// <summary>The first moment asked for.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment no longer asked for.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>What calls must have; all of them must hold.</summary>
    /// <value>None: all calls.</value>
    public IReadOnlyList<UsageFilter> Filters { get; init; } = [];

    /// <summary>What the answer is told apart by.</summary>
    /// <value>Nothing: one sum.</value>
    public IReadOnlyList<UsageDimension> GroupBy { get; init; } = [];

    /// <summary>The length of the pieces of time that the answer is told apart by, counted from 1970-01-01 UTC; null for the whole range as one.</summary>
    /// <value>null. From 1 second to 366 days.</value>
    public TimeSpan? Bucket { get; init; }

    /// <summary>What is asked; only these can be had from the answer's rows.</summary>
    /// <value>Calls, input and output tokens, cost.</value>
    public IReadOnlyList<UsageMeasure> Measures { get; init; } = [UsageMeasure.Calls, UsageMeasure.InputTokens, UsageMeasure.OutputTokens, UsageMeasure.CostUsd];

    internal void Validate()
    {
        if (From >= To)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The range from {From:O} to {To:O} is empty."));
        if (Bucket is { } bucket && (bucket < TimeSpan.FromSeconds(1) || bucket > TimeSpan.FromDays(366)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Bucket {bucket} is out of range; allowed are 1 second to 366 days."));
        foreach (var dimension in GroupBy.Concat(Filters.Select(static filter => filter.Dimension)))
        {
            if (dimension is < UsageDimension.Provider or > UsageDimension.Session)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Dimension {(int)dimension} is not known."));
        }
        foreach (var measure in Measures)
        {
            if (measure is < UsageMeasure.Calls or > UsageMeasure.FirstTokenP99Seconds)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Measure {(int)measure} is not known."));
        }
    }
}
