using Npgsql;
using NpgsqlTypes;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>The quickest way rows come into PostgreSQL: COPY into a table without key or index.</summary>
internal static class PlainCopy
{
    public const string Table = """
        CREATE TABLE plain_calls (id uuid, started_at bigint, source text, provider text, operation text, request_model text, response_model text, response_id text, outcome text,
          status_code integer, is_stream boolean, attempt integer, input bigint, output bigint, cache_read bigint, cost_usd numeric, price_version text, finish_reason text,
          duration bigint, first_token bigint, trace_id text, "user" text, team text, session text)
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
        await rows.WriteAsync("handler", NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Provider, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Operation, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.RequestModel!, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.ResponseModel!, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.ResponseId!, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Outcome, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.StatusCode!.Value, NpgsqlDbType.Integer).ConfigureAwait(false);
        await rows.WriteAsync(record.IsStream, NpgsqlDbType.Boolean).ConfigureAwait(false);
        await rows.WriteAsync(record.Attempt, NpgsqlDbType.Integer).ConfigureAwait(false);
        await rows.WriteAsync(record.Usage.Input!.Value, NpgsqlDbType.Bigint).ConfigureAwait(false);
        await rows.WriteAsync(record.Usage.Output!.Value, NpgsqlDbType.Bigint).ConfigureAwait(false);
        await rows.WriteAsync(record.Usage.CacheRead!.Value, NpgsqlDbType.Bigint).ConfigureAwait(false);
        await rows.WriteAsync(record.Cost.Usd!.Value, NpgsqlDbType.Numeric).ConfigureAwait(false);
        await rows.WriteAsync(record.Cost.PriceVersion!, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.FinishReasons[0], NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Duration.Ticks, NpgsqlDbType.Bigint).ConfigureAwait(false);
        if (record.TimeToFirstToken is { } first)
            await rows.WriteAsync(first.Ticks, NpgsqlDbType.Bigint).ConfigureAwait(false);
        else
            await rows.WriteNullAsync().ConfigureAwait(false);
        await rows.WriteAsync(record.TraceId!, NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Dimensions["user"], NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Dimensions["team"], NpgsqlDbType.Text).ConfigureAwait(false);
        await rows.WriteAsync(record.Dimensions["session"], NpgsqlDbType.Text).ConfigureAwait(false);
    }
}
