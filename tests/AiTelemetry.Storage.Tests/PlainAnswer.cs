using System.Globalization;

namespace AiTelemetry.Storage.Tests;

/// <summary>Answers a question in the plainest way there is, to compare ledgers with: every record is looked at, figures are added up as decimals.</summary>
internal static class PlainAnswer
{
    static readonly UsageDimension[] Dimensions = Enum.GetValues<UsageDimension>();
    static readonly TimeSpan?[] Buckets = [null, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(90), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1)];

    /// <summary>Any question about the five days before a moment.</summary>
    public static UsageQuery AnyQuery(Random random, DateTimeOffset now)
    {
        var from = now.AddSeconds(-random.Next(1, 5 * 86_400));
        from = random.Next(3) switch { 0 => new DateTimeOffset(from.UtcDateTime.Date, TimeSpan.Zero), 1 => from.AddTicks(random.Next(10_000_000)), _ => from };
        return new UsageQuery
        {
            From = from,
            To = from.AddSeconds(random.Next(1, 4 * 86_400)),
            Bucket = Buckets[random.Next(Buckets.Length)],
            GroupBy = [.. Dimensions.Where(_ => random.Next(6) == 0)],
            Filters = random.Next(3) switch
            {
                0 => [new UsageFilter(UsageDimension.Provider, "openai"), new UsageFilter(UsageDimension.Team, "search", null)],
                1 => [new UsageFilter(Dimensions[random.Next(Dimensions.Length)], "success", "gpt-4o", "user-3", null, "log")],
                _ => [],
            },
        };
    }

    public static IEnumerable<string> Of(UsageQuery query, UsageRecord[] records)
    {
        var kept = records.Where(record => record.StartedAt >= query.From && record.StartedAt < query.To)
            .Where(record => query.Filters.All(filter => filter.Values.Contains(Value(record, filter.Dimension), StringComparer.Ordinal)));
        var groups = kept.GroupBy(record => (Bucket(record), Key: string.Join('\u0001', query.GroupBy.Select(dimension => Value(record, dimension) is { } value ? "=" + value : ""))))
            .OrderBy(group => group.Key.Item1).ThenBy(group => group.Key.Key, StringComparer.Ordinal).Select(group => Line(group.Key.Item1, group.Key.Key, [.. group])).ToArray();
        return groups.Length == 0 && query.GroupBy.Count == 0 && query.Bucket is null ? [Line(query.From, "", [])] : groups;

        DateTimeOffset Bucket(UsageRecord record)
        {
            if (query.Bucket is not { } bucket)
                return query.From;
            var since = record.StartedAt - DateTimeOffset.UnixEpoch;
            var start = record.StartedAt - TimeSpan.FromTicks(since.Ticks % bucket.Ticks);
            return start > query.From ? start : query.From;
        }
    }

    public static string Text(UsageRow row) => Line(row.From, string.Join('\u0001', row.Group.Select(value => value is null ? "" : "=" + value)), row.Totals.Calls, row.Totals.FailedCalls,
        row.Totals.Tokens(TokenKind.Input), row.Totals.Tokens(TokenKind.Output), row.Totals.Tokens(TokenKind.CacheRead), row.Totals.CostUsd, row.Totals.CacheSavingsUsd, row.Totals.Duration);

    static string Line(DateTimeOffset from, string key, UsageRecord[] records) => Line(from, key, records.Length, records.Count(record => record.Outcome != "success"),
        Sum(records, record => record.Usage.Input), Sum(records, record => record.Usage.Output), Sum(records, record => record.Usage.CacheRead),
        records.Any(record => record.Cost.Usd is not null) ? records.Sum(record => record.Cost.Usd) : null, records.Sum(record => record.Cost.CacheSavingsUsd), TimeSpan.FromTicks(records.Sum(record => record.Duration.Ticks)));

    static string Line(DateTimeOffset from, string key, long calls, long failed, long? input, long? output, long? cached, decimal? usd, decimal saved, TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{from.UtcDateTime:O} [{key}] {calls} {failed} {input} {output} {cached} {usd / 1.0000000000000000000000000000m} {saved / 1.0000000000000000000000000000m} {duration}");

    static long? Sum(UsageRecord[] records, Func<UsageRecord, long?> count) => records.Any(record => count(record) is not null) ? records.Sum(count) : null;

    static string? Value(UsageRecord record, UsageDimension dimension) => dimension switch
    {
        UsageDimension.Provider => record.Provider,
        UsageDimension.Model => record.ResponseModel ?? record.RequestModel,
        UsageDimension.Operation => record.Operation,
        UsageDimension.Outcome => record.Outcome,
        UsageDimension.ErrorType => record.ErrorType,
        UsageDimension.Source => record.Source.ToString().ToLowerInvariant(),
        _ => record.Dimensions.GetValueOrDefault(dimension.ToString().ToLowerInvariant()),
    };
}
