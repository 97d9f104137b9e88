using System.Globalization;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>The columns of a row that sums are made of: at the edges of a question there may be thousands of rows, and reading all of each takes several times as long.</summary>
internal static class SummedColumns
{
    public const string Names = "started_at, series, duration, first_token, is_stream, status_code, attempt, usage_status, corrects IS NOT NULL, cost_usd, cost_status, cache_savings_usd, user, session, "
        + "input, output, cache_read, cache_write, cache_write_1h, reasoning, audio_input, audio_output, image_input, image_output, cache_read_audio, cache_read_image";

    const int FirstCount = 14;

    /// <summary>The column of a count, by its kind.</summary>
    public static int ColumnOf(int kind) => FirstCount + kind;

    /// <summary>A record that adds to sums what the row's does, and says nothing else.</summary>
    /// <param name="row">The row.</param>
    /// <param name="series">Its series.</param>
    /// <param name="count">The count of a kind in the row, at <see cref="ColumnOf"/>; made once for all rows.</param>
    public static UsageRecord Read(SqliteStatement row, in UsageSeries series, Func<int, long?> count) => new()
    {
        Id = Guid.Empty,
        StartedAt = new DateTimeOffset(row.Long(0) + DateTime.UnixEpoch.Ticks, TimeSpan.Zero),
        Source = series.Source,
        Provider = series.Provider,
        Operation = series.Operation,
        ResponseModel = series.Model,
        Outcome = series.Outcome,
        ErrorType = series.ErrorType,
        Duration = TimeSpan.FromTicks(row.Long(2)),
        TimeToFirstToken = row.LongOrNull(3) is { } first ? TimeSpan.FromTicks(first) : null,
        IsStream = row.Long(4) != 0,
        StatusCode = (int?)row.LongOrNull(5),
        Attempt = (int)row.Long(6),
        UsageStatus = (UsageStatus)row.Long(7),
        Corrects = row.Long(8) != 0 ? Guid.Empty : null,
        Cost = CostResult.Stored(Money(row.Text(9)), (CostStatus)row.Long(10), CostNotes.None, null, Money(row.Text(11)) ?? 0, null),
        DimensionValues = [row.Text(12), series.Team, series.Feature, row.Text(13)],
        Usage = TokenCounts.Usage(count),
    };

    static decimal? Money(string? text) => text is null ? null : decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
