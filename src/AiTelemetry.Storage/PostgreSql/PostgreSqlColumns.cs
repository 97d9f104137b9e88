using AiTelemetry.Pricing;
using Npgsql;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>A record as a row of <c>aitelemetry.records</c>, and back: the one place that knows the order of its columns.</summary>
internal static class PostgreSqlColumns
{
    public const string Names = "started_at, id, series, version, duration, first_token, is_stream, status_code, attempt, request_model, response_model, usage_status, "
        + "input, output, cache_read, cache_write, cache_write_1h, reasoning, audio_input, audio_output, image_input, image_output, cache_read_audio, cache_read_image, "
        + "units, usage_anomalies, cost_usd, cost_status, cost_notes, computed_usd, cache_savings_usd, price_version, service_tier, finish_reasons, provider_error_type, "
        + "provider_error_code, response_id, request_id, \"user\", session, trace_id, corrects, deployment, retry_after, rate_limits";

    /// <summary>The columns of a series, behind those of the record.</summary>
    public const string SeriesNames = "provider, model, operation, outcome, error_type, source, team, feature";

    /// <summary>Asks for sums with their series: step, bucket, totals, the series' number and its columns.</summary>
    public const string SumsWhere = "SELECT r.step, r.bucket, r.totals, r.series, " + SeriesNames + " FROM aitelemetry.rollups r JOIN aitelemetry.series s ON s.id = r.series WHERE ";

    /// <summary>Asks for rows with their series, as <see cref="Read"/> reads them.</summary>
    public static readonly string RowsWhere = "SELECT " + Names.Replace(" id,", " r.id,", StringComparison.Ordinal) + ", " + SeriesNames + " FROM aitelemetry.records r JOIN aitelemetry.series s ON s.id = r.series WHERE ";

    public const int FirstOfSeries = AfterCounts + 21;

    const int FirstCount = 12;
    const int AfterCounts = FirstCount + TokenCounts.Kinds;

    static readonly string[] Sources = [.. Enum.GetValues<UsageSource>().Select(UsageSeries.NameOf)];

    public static void Write(CopyText row, UsageRecord record, int series)
    {
        row.Number(UnixTicks(record.StartedAtTicks));
        row.Number(record.Id);
        row.Number(series);
        row.Number(record.Version);
        row.Number(record.Duration.Ticks);
        row.Number(record.TimeToFirstToken?.Ticks);
        row.Flag(record.IsStream);
        row.Number(record.StatusCode);
        row.Number(record.Attempt);
        row.Text(record.RequestModel);
        row.Text(record.ResponseModel);
        row.Number((int)record.UsageStatus);
        var counts = record.Counts;
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            row.Number(counts[kind]);
        row.Text(record.HasUnits ? UnitsText.Of(record.Units) : null);
        row.Number((int)record.UsageAnomalies);
        var cost = record.Cost;
        row.Number(cost.Usd);
        row.Number((int)cost.Status);
        row.Number((int)cost.Flags);
        row.Number(cost.ComputedUsd);
        row.Number(cost.CacheSavingsUsd == 0 ? null : (decimal?)cost.CacheSavingsUsd);
        row.Text(cost.PriceVersion);
        row.Text(record.ServiceTier);
        row.Texts(record.FinishReasons);
        row.Text(record.ProviderErrorType);
        row.Text(record.ProviderErrorCode);
        row.Text(record.ResponseId);
        row.Text(record.RequestId);
        row.Text(record.Dimension(UsageSeries.UserPlace));
        row.Text(record.Dimension(UsageSeries.SessionPlace));
        row.Bytes(record.TraceId);
        row.Number(record.Corrects);
        row.Text(record.Deployment);
        row.Number(record.RetryAfter?.Ticks);
        row.Text(RateLimitsText.Of(record.RateLimits));
        row.EndRow();
    }

    public static UsageRecord Read(NpgsqlDataReader row, in UsageSeries series)
    {
        var place = AfterCounts;
        string?[] dimensions = [Text(place + 14), series.Team, series.Feature, Text(place + 15)];
        return new UsageRecord
        {
            StartedAt = new DateTimeOffset(row.GetInt64(0) + DateTime.UnixEpoch.Ticks, TimeSpan.Zero),
            Id = row.GetGuid(1),
            Version = row.GetInt16(3),
            Source = series.Source,
            Provider = series.Provider,
            Operation = series.Operation,
            Outcome = series.Outcome,
            ErrorType = series.ErrorType,
            Duration = TimeSpan.FromTicks(row.GetInt64(4)),
            TimeToFirstToken = row.IsDBNull(5) ? null : TimeSpan.FromTicks(row.GetInt64(5)),
            IsStream = row.GetBoolean(6),
            StatusCode = row.IsDBNull(7) ? null : row.GetInt16(7),
            Attempt = row.GetInt32(8),
            RequestModel = Text(9),
            ResponseModel = Text(10),
            UsageStatus = (UsageStatus)row.GetInt16(11),
            Usage = TokenCounts.Usage(kind => row.IsDBNull(FirstCount + kind) ? null : row.GetInt64(FirstCount + kind)),
            Units = UnitsText.Read(Text(place)),
            UsageAnomalies = (UsageAnomalies)row.GetInt16(place + 1),
            Cost = CostResult.Stored(Money(place + 2), (CostStatus)row.GetInt16(place + 3), (CostNotes)row.GetInt32(place + 4), Money(place + 5), Money(place + 6) ?? 0, Text(place + 7)),
            ServiceTier = Text(place + 8),
            FinishReasons = row.IsDBNull(place + 9) ? [] : row.GetFieldValue<string[]>(place + 9),
            ProviderErrorType = Text(place + 10),
            ProviderErrorCode = Text(place + 11),
            ResponseId = Text(place + 12),
            RequestId = Text(place + 13),
            DimensionValues = Array.Exists(dimensions, static value => value is not null) ? dimensions : null,
            TraceId = row.IsDBNull(place + 16) ? null : Convert.ToHexStringLower(row.GetFieldValue<byte[]>(place + 16)),
            Corrects = row.IsDBNull(place + 17) ? null : row.GetGuid(place + 17),
            Deployment = Text(place + 18),
            RetryAfter = row.IsDBNull(place + 19) ? null : TimeSpan.FromTicks(row.GetInt64(place + 19)),
            RateLimits = RateLimitsText.Read(Text(place + 20)),
        };

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        decimal? Money(int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);
    }

    public static UsageSeries ReadSeries(NpgsqlDataReader row, int first)
    {
        var source = Array.IndexOf(Sources, row.GetString(first + 5));
        return new UsageSeries(row.GetString(first), Text(1), row.GetString(first + 2), row.GetString(first + 3), Text(4), source < 0 ? UsageSource.Ingest : (UsageSource)source, Text(6), Text(7));

        string? Text(int column) => row.IsDBNull(first + column) ? null : row.GetString(first + column);
    }

    public static long UnixTicks(long ticks) => ticks - DateTime.UnixEpoch.Ticks;

    public static long UnixSeconds(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    public static long Ticks(long unixSeconds) => (unixSeconds * TimeSpan.TicksPerSecond) + DateTime.UnixEpoch.Ticks;
}
