using AiTelemetry.Pricing;
using Npgsql;
using NpgsqlTypes;

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

    public const int FirstOfSeries = AfterCounts + 21;

    const int FirstCount = 12;
    const int AfterCounts = FirstCount + TokenCounts.Kinds;

    static readonly string[] Sources = [.. Enum.GetValues<UsageSource>().Select(UsageSeries.NameOf)];

    /// <summary>Writes into the importer's buffer, which goes to the server whenever it is full: without a task for each of some 45 values.</summary>
    public static void Write(NpgsqlBinaryImporter rows, UsageRecord record, int series)
    {
        rows.StartRow();
        rows.Write(UnixTicks(record.StartedAtTicks), NpgsqlDbType.Bigint);
        rows.Write(record.Id, NpgsqlDbType.Uuid);
        rows.Write(series, NpgsqlDbType.Integer);
        rows.Write((short)record.Version, NpgsqlDbType.Smallint);
        rows.Write(record.Duration.Ticks, NpgsqlDbType.Bigint);
        Value(rows, record.TimeToFirstToken?.Ticks, NpgsqlDbType.Bigint);
        rows.Write(record.IsStream, NpgsqlDbType.Boolean);
        Value(rows, (short?)record.StatusCode, NpgsqlDbType.Smallint);
        rows.Write(record.Attempt, NpgsqlDbType.Integer);
        Text(rows, record.RequestModel);
        Text(rows, record.ResponseModel);
        rows.Write((short)record.UsageStatus, NpgsqlDbType.Smallint);
        var counts = record.Counts;
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            Value(rows, counts[kind], NpgsqlDbType.Bigint);
        Text(rows, record.HasUnits ? UnitsText.Of(record.Units) : null);
        rows.Write((short)record.UsageAnomalies, NpgsqlDbType.Smallint);
        var cost = record.Cost;
        Value(rows, cost.Usd, NpgsqlDbType.Numeric);
        rows.Write((short)cost.Status, NpgsqlDbType.Smallint);
        rows.Write((int)cost.Flags, NpgsqlDbType.Integer);
        Value(rows, cost.ComputedUsd, NpgsqlDbType.Numeric);
        Value(rows, cost.CacheSavingsUsd == 0 ? null : (decimal?)cost.CacheSavingsUsd, NpgsqlDbType.Numeric);
        Text(rows, cost.PriceVersion);
        Text(rows, record.ServiceTier);
        if (record.FinishReasons.Count == 0)
            rows.WriteNull();
        else
            rows.Write(record.FinishReasons.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        Text(rows, record.ProviderErrorType);
        Text(rows, record.ProviderErrorCode);
        Text(rows, record.ResponseId);
        Text(rows, record.RequestId);
        Text(rows, record.Dimension(UsageSeries.UserPlace));
        Text(rows, record.Dimension(UsageSeries.SessionPlace));
        if (record.TraceId is { } trace)
            rows.Write(Convert.FromHexString(trace), NpgsqlDbType.Bytea);
        else
            rows.WriteNull();
        Value(rows, record.Corrects, NpgsqlDbType.Uuid);
        Text(rows, record.Deployment);
        Value(rows, record.RetryAfter?.Ticks, NpgsqlDbType.Bigint);
        Text(rows, RateLimitsText.Of(record.RateLimits));
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

    static void Text(NpgsqlBinaryImporter rows, string? text)
    {
        if (text is null)
            rows.WriteNull();
        else
            rows.Write(text, NpgsqlDbType.Text);
    }

    static void Value<T>(NpgsqlBinaryImporter rows, T? value, NpgsqlDbType type)
        where T : struct
    {
        if (value is { } known)
            rows.Write(known, type);
        else
            rows.WriteNull();
    }
}
