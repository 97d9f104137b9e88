using System.Globalization;
using AiTelemetry.Storage.Sqlite;
using AiTelemetry.Usage;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>
/// The table of calls that someone would make by hand, written by prepared statements and as durable: the measure of the ledger. It has a column for all that
/// a record says, names and ids as texts, as drivers write them, a key of the id and an index of the time.
/// </summary>
internal sealed class PlainTable : IDisposable
{
    static readonly string[] Columns =
    [
        "id TEXT PRIMARY KEY", "started_at INTEGER NOT NULL", "version INTEGER", "source TEXT", "provider TEXT", "operation TEXT", "request_model TEXT", "response_model TEXT",
        "deployment TEXT", "response_id TEXT", "request_id TEXT", "outcome TEXT", "error_type TEXT", "provider_error_type TEXT", "provider_error_code TEXT", "status_code INTEGER",
        "is_stream INTEGER", "attempt INTEGER", "usage_status INTEGER", "input INTEGER", "output INTEGER", "cache_read INTEGER", "cache_write INTEGER", "cache_write_1h INTEGER",
        "reasoning INTEGER", "audio_input INTEGER", "audio_output INTEGER", "image_input INTEGER", "image_output INTEGER", "cache_read_audio INTEGER", "cache_read_image INTEGER",
        "units TEXT", "usage_anomalies INTEGER", "cost_usd TEXT", "cost_status INTEGER", "cost_notes INTEGER", "computed_usd TEXT", "cache_savings_usd TEXT", "price_version TEXT",
        "service_tier TEXT", "finish_reasons TEXT", "duration INTEGER", "first_token INTEGER", "retry_after INTEGER", "rate_limits TEXT", "trace_id TEXT", "corrects TEXT",
        "user TEXT", "team TEXT", "feature TEXT", "session TEXT",
    ];

    readonly SqliteDatabase _database;
    readonly SqliteStatement _begin;
    readonly SqliteStatement _commit;
    readonly SqliteStatement _add;
    readonly SqliteStatement _ask;

    public PlainTable(string path)
    {
        _database = new SqliteDatabase(path, forWriting: true);
        SqliteSchema.MakeDurable(_database);
        _database.Run($"CREATE TABLE calls ({string.Join(", ", Columns)}) WITHOUT ROWID; CREATE INDEX calls_by_start ON calls (started_at);");
        _begin = _database.Prepare("BEGIN IMMEDIATE");
        _commit = _database.Prepare("COMMIT");
        _add = _database.Prepare($"INSERT INTO calls VALUES ({string.Join(", ", Enumerable.Range(1, Columns.Length).Select(static place => string.Create(CultureInfo.InvariantCulture, $"?{place}")))})");
        _ask = _database.Prepare("SELECT response_model, sum(cost_usd) FROM calls WHERE started_at >= ?1 AND started_at < ?2 GROUP BY response_model");
    }

    public void Append(UsageRecord[] records)
    {
        _begin.Run();
        foreach (var record in records)
            Add(record);
        _commit.Run();
    }

    public int CostByModel(DateTimeOffset from, DateTimeOffset to)
    {
        _ask.Bind(1, from.UtcTicks);
        _ask.Bind(2, to.UtcTicks);
        var models = 0;
        while (_ask.Step())
            models++;
        return models;
    }

    public void Checkpoint() => _database.Run("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose() => _database.Dispose();

    void Add(UsageRecord record)
    {
        var place = 1;
        _add.Bind(place++, record.Id.ToString());
        _add.Bind(place++, record.StartedAt.UtcTicks);
        _add.Bind(place++, record.Version);
        _add.Bind(place++, "handler");
        _add.Bind(place++, record.Provider);
        _add.Bind(place++, record.Operation);
        _add.Bind(place++, record.RequestModel);
        _add.Bind(place++, record.ResponseModel);
        _add.Bind(place++, record.Deployment);
        _add.Bind(place++, record.ResponseId);
        _add.Bind(place++, record.RequestId);
        _add.Bind(place++, record.Outcome);
        _add.Bind(place++, record.ErrorType);
        _add.Bind(place++, record.ProviderErrorType);
        _add.Bind(place++, record.ProviderErrorCode);
        _add.Bind(place++, record.StatusCode);
        _add.Bind(place++, record.IsStream ? 1 : 0);
        _add.Bind(place++, record.Attempt);
        _add.Bind(place++, (long)record.UsageStatus);
        var counts = record.Counts;
        for (var kind = 0; kind < TokenCounts.Kinds; kind++)
            _add.Bind(place++, counts[kind]);
        _add.BindNull(place++); // units
        _add.Bind(place++, (long)record.UsageAnomalies);
        var cost = record.Cost;
        _add.Bind(place++, cost.Usd?.ToString(CultureInfo.InvariantCulture));
        _add.Bind(place++, (long)cost.Status);
        _add.Bind(place++, (long)cost.Flags);
        _add.Bind(place++, cost.ComputedUsd?.ToString(CultureInfo.InvariantCulture));
        _add.BindNull(place++); // cache savings
        _add.Bind(place++, cost.PriceVersion);
        _add.Bind(place++, record.ServiceTier);
        _add.Bind(place++, record.FinishReasons[0]);
        _add.Bind(place++, record.Duration.Ticks);
        _add.Bind(place++, record.TimeToFirstToken?.Ticks);
        _add.BindNull(place++); // retry after
        _add.BindNull(place++); // rate limits
        _add.Bind(place++, record.TraceId);
        _add.BindNull(place++); // corrects
        _add.Bind(place++, record.Dimension(UsageSeries.UserPlace));
        _add.Bind(place++, record.Dimension(UsageSeries.TeamPlace));
        _add.Bind(place++, record.Dimension(UsageSeries.FeaturePlace));
        _add.Bind(place, record.Dimension(UsageSeries.SessionPlace));
        _add.Run();
    }
}
