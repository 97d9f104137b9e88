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
                    Write(rows, record);
                await rows.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The question that roll-ups are to answer quicker.</summary>
    public static async Task<int> CostByModelAsync(NpgsqlDataSource source, DateTimeOffset from, DateTimeOffset to)
    {
        using var command = source.CreateCommand("SELECT response_model, sum(cost_usd) FROM plain_calls WHERE started_at >= $1 AND started_at < $2 GROUP BY response_model");
        command.Parameters.Add(new() { Value = from.UtcTicks });
        command.Parameters.Add(new() { Value = to.UtcTicks });
        var models = 0;
        var rows = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.ReadAsync().ConfigureAwait(false))
                models++;
        }
        return models;
    }

    static void Write(NpgsqlBinaryImporter rows, UsageRecord record)
    {
        rows.StartRow();
        rows.Write(record.Id, NpgsqlDbType.Uuid);
        rows.Write(record.StartedAt.UtcTicks, NpgsqlDbType.Bigint);
        rows.Write((short)record.Version, NpgsqlDbType.Smallint);
        foreach (var text in (string?[])["handler", record.Provider, record.Operation, record.RequestModel, record.ResponseModel, record.Deployment, record.ResponseId, record.RequestId,
            record.Outcome, record.ErrorType, record.ProviderErrorType, record.ProviderErrorCode])
            Text(rows, text);
        rows.Write((short)record.StatusCode!.Value, NpgsqlDbType.Smallint);
        rows.Write(record.IsStream, NpgsqlDbType.Boolean);
        rows.Write(record.Attempt, NpgsqlDbType.Integer);
        rows.Write((short)record.UsageStatus, NpgsqlDbType.Smallint);
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            Number(rows, record.Counts[kind]);
        rows.WriteNull(); // units
        rows.Write((short)record.UsageAnomalies, NpgsqlDbType.Smallint);
        var cost = record.Cost;
        rows.Write(cost.Usd!.Value, NpgsqlDbType.Numeric);
        rows.Write((short)cost.Status, NpgsqlDbType.Smallint);
        rows.Write((int)cost.Flags, NpgsqlDbType.Integer);
        rows.Write(cost.ComputedUsd!.Value, NpgsqlDbType.Numeric);
        rows.WriteNull(); // cache savings
        foreach (var text in (string?[])[cost.PriceVersion, record.ServiceTier, record.FinishReasons[0]])
            Text(rows, text);
        rows.Write(record.Duration.Ticks, NpgsqlDbType.Bigint);
        Number(rows, record.TimeToFirstToken?.Ticks);
        rows.WriteNull(); // retry after
        rows.WriteNull(); // rate limits
        Text(rows, record.TraceId);
        rows.WriteNull(); // corrects
        foreach (var place in (int[])[UsageSeries.UserPlace, UsageSeries.TeamPlace, UsageSeries.FeaturePlace, UsageSeries.SessionPlace])
            Text(rows, record.Dimension(place));
    }

    static void Text(NpgsqlBinaryImporter rows, string? text)
    {
        if (text is null)
            rows.WriteNull();
        else
            rows.Write(text, NpgsqlDbType.Text);
    }

    static void Number(NpgsqlBinaryImporter rows, long? number)
    {
        if (number is { } known)
            rows.Write(known, NpgsqlDbType.Bigint);
        else
            rows.WriteNull();
    }
}
