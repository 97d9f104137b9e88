using AiTelemetry.Catalog;

namespace AiTelemetry.Usage;

/// <summary>What roll-ups are kept apart by. User and session are not in it: they are as many as calls, and are asked of the rows.</summary>
internal readonly record struct UsageSeries(string Provider, string? Model, string Operation, string Outcome, string? ErrorType, UsageSource Source, string? Team, string? Feature)
{
    /// <summary>The order that sums of one bucket are listed in.</summary>
    public static readonly Comparer<UsageSeries> Order = Comparer<UsageSeries>.Create(Compare);

    /// <summary>The places of the dimensions in <see cref="TagKeys.Dimensions"/>.</summary>
    public const int UserPlace = 0;
    public const int TeamPlace = 1;
    public const int FeaturePlace = 2;
    public const int SessionPlace = 3;

    public static UsageSeries Of(UsageRecord record) => new(record.Provider, record.Model, record.Operation, record.Outcome, record.ErrorType, record.Source,
        record.Dimension(TeamPlace), record.Dimension(FeaturePlace));

    /// <summary>The value of a dimension that roll-ups have.</summary>
    public string? this[UsageDimension dimension] => dimension switch
    {
        UsageDimension.Provider => Provider,
        UsageDimension.Model => Model,
        UsageDimension.Operation => Operation,
        UsageDimension.Outcome => Outcome,
        UsageDimension.ErrorType => ErrorType,
        UsageDimension.Source => NameOf(Source),
        UsageDimension.Team => Team,
        UsageDimension.Feature => Feature,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "Roll-ups do not have it."),
    };

    public static string NameOf(UsageSource source) => source switch
    {
        UsageSource.Handler => "handler",
        UsageSource.Mcp => "mcp",
        UsageSource.Log => "log",
        _ => "ingest",
    };

    /// <summary>Of what mostly differs; every record is looked up by it.</summary>
    public override int GetHashCode() => HashCode.Combine(Model, Team, Feature, Outcome.Length, Source);

    /// <summary>By the dimensions, one after the other.</summary>
    public static int Compare(UsageSeries one, UsageSeries other)
    {
        for (var dimension = UsageDimension.Provider; dimension <= UsageDimension.Feature; dimension++)
        {
            var order = string.CompareOrdinal(one[dimension], other[dimension]);
            if (order != 0)
                return order;
        }
        return 0;
    }
}
