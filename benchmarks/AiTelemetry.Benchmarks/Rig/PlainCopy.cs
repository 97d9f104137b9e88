using AiTelemetry.Usage;
using Npgsql;
using NpgsqlTypes;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>The quickest way rows come into PostgreSQL: COPY into a table without key or index, with a column for all that a record says.</summary>
internal static class PlainCopy
{
    public const string Table = """
        CREATE TABLE plain_calls (id uuid, started_at bigint, version smallint, source text, provider text, operation text, request_model text, response_model text, deployment text,
          response_id text, request_id text, outcome text, error_type text, provider_error_type text, provider_error_code text, status_code smallint, is_stream boolean, attempt integer,
          usage_status smallint, input bigint, output bigint, cache_read bigint, cache_write bigint, cache_write_1h bigint, reasoning bigint, audio_input bigint, audio_output bigint,
          image_input bigint, image_output bigint, cache_read_audio bigint, cache_read_image bigint, units text, usage_anomalies smallint, cost_usd numeric, cost_status smallint,
          cost_notes integer, computed_usd numeric, cache_savings_usd numeric, price_version text, service_tier text, finish_reason text, duration bigint, first_token bigint,
          retry_after bigint, rate_limits text, trace_id text, corrects uuid, "user" text, team text, feature text, session text)
        """;

    public static async Task AppendAsync(NpgsqlDataSource source, UsageRecord[] records)
    {
        var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var rows = await connection.BeginBinaryImportAsync("COPY plain_calls FROM STDIN (FORMAT BINARY)").ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                foreach (var record in records)
                    await WriteAsync(rows, record).ConfigureAwait(false);
                await rows.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    static async Task WriteAsync(NpgsqlBinaryImporter rows, UsageRecord record)
    {
        await rows.StartRowAsync().ConfigureAwait(false);
        await rows.WriteAsync(record.Id, NpgsqlDbType.Uuid).ConfigureAwait(false);
        await rows.WriteAsync(record.StartedAt.UtcTicks, NpgsqlDbType.Bigint).ConfigureAwait(false);
        await rows.WriteAsync((short)record.Version, NpgsqlDbType.Smallint).ConfigureAwait(false);
        foreach (var text in (string?[])["handler", record.Provider, record.Operation, record.RequestModel, record.ResponseModel, record.Deployment, record.ResponseId, record.RequestId,
            record.Outcome, record.ErrorType, record.ProviderErrorType, record.ProviderErrorCode])
            await TextAsync(rows, text).ConfigureAwait(false);
        await rows.WriteAsync((short)record.StatusCode!.Value, NpgsqlDbType.Smallint).ConfigureAwait(false);
        await rows.WriteAsync(record.IsStream, NpgsqlDbType.Boolean).ConfigureAwait(false);
        await rows.WriteAsync(record.Attempt, NpgsqlDbType.Integer).ConfigureAwait(false);
        await rows.WriteAsync((short)record.UsageStatus, NpgsqlDbType.Smallint).ConfigureAwait(false);
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            await NumberAsync(rows, record.Counts[kind]).ConfigureAwait(false);
        await rows.WriteNullAsync().ConfigureAwait(false); // units
        await rows.WriteAsync((short)record.UsageAnomalies, NpgsqlDbType.Smallint).ConfigureAwait(false);
        var cost = record.Cost;
        await rows.WriteAsync(cost.Usd!.Value, NpgsqlDbType.Numeric).ConfigureAwait(false);
        await rows.WriteAsync((short)cost.Status, NpgsqlDbType.Smallint).ConfigureAwait(false);
        await rows.WriteAsync((int)cost.Flags, NpgsqlDbType.Integer).ConfigureAwait(false);
        await rows.WriteAsync(cost.ComputedUsd!.Value, NpgsqlDbType.Numeric).ConfigureAwait(false);
        await rows.WriteNullAsync().ConfigureAwait(false); // cache savings
        foreach (var text in (string?[])[cost.PriceVersion, record.ServiceTier, record.FinishReasons[0]])
            await TextAsync(rows, text).ConfigureAwait(false);
        await rows.WriteAsync(record.Duration.Ticks, NpgsqlDbType.Bigint).ConfigureAwait(false);
        await NumberAsync(rows, record.TimeToFirstToken?.Ticks).ConfigureAwait(false);
        await rows.WriteNullAsync().ConfigureAwait(false); // retry after
        await rows.WriteNullAsync().ConfigureAwait(false); // rate limits
        await TextAsync(rows, record.TraceId).ConfigureAwait(false);
        await rows.WriteNullAsync().ConfigureAwait(false); // corrects
        foreach (var place in (int[])[UsageSeries.UserPlace, UsageSeries.TeamPlace, UsageSeries.FeaturePlace, UsageSeries.SessionPlace])
            await TextAsync(rows, record.Dimension(place)).ConfigureAwait(false);
    }

    static Task TextAsync(NpgsqlBinaryImporter rows, string? text) => text is null ? rows.WriteNullAsync() : rows.WriteAsync(text, NpgsqlDbType.Text);

    static Task NumberAsync(NpgsqlBinaryImporter rows, long? number) => number is { } known ? rows.WriteAsync(known, NpgsqlDbType.Bigint) : rows.WriteNullAsync();
}
