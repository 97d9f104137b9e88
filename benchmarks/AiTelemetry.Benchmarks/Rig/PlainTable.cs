using System.Globalization;
using AiTelemetry.Storage.Sqlite;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>The table of calls that someone would make by hand, written by prepared statements and as durable: the measure of the ledger.</summary>
internal sealed class PlainTable : IDisposable
{
    readonly SqliteDatabase _database;
    readonly SqliteStatement _add;
    readonly SqliteStatement _ask;

    public PlainTable(string path)
    {
        _database = new SqliteDatabase(path, forWriting: true);
        SqliteSchema.MakeDurable(_database);
        _database.Run("""
            CREATE TABLE calls (id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, source TEXT, provider TEXT, operation TEXT, request_model TEXT, response_model TEXT, response_id TEXT,
              outcome TEXT, status_code INTEGER, is_stream INTEGER, attempt INTEGER, input INTEGER, output INTEGER, cache_read INTEGER, cost_usd TEXT, price_version TEXT, finish_reason TEXT,
              duration INTEGER, first_token INTEGER, trace_id TEXT, user TEXT, team TEXT, session TEXT) WITHOUT ROWID;
            CREATE INDEX calls_by_start ON calls (started_at);
            """);
        _add = _database.Prepare("INSERT INTO calls VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)");
        _ask = _database.Prepare("SELECT response_model, sum(cost_usd) FROM calls WHERE started_at >= ?1 AND started_at < ?2 GROUP BY response_model");
    }

    public void Append(UsageRecord[] records)
    {
        _database.Run("BEGIN IMMEDIATE");
        foreach (var record in records)
        {
            _add.Bind(1, record.Id.ToString());
            _add.Bind(2, record.StartedAt.UtcTicks);
            _add.Bind(3, "handler");
            _add.Bind(4, record.Provider);
            _add.Bind(5, record.Operation);
            _add.Bind(6, record.RequestModel);
            _add.Bind(7, record.ResponseModel);
            _add.Bind(8, record.ResponseId);
            _add.Bind(9, record.Outcome);
            _add.Bind(10, record.StatusCode);
            _add.Bind(11, record.IsStream ? 1 : 0);
            _add.Bind(12, record.Attempt);
            _add.Bind(13, record.Usage.Input);
            _add.Bind(14, record.Usage.Output);
            _add.Bind(15, record.Usage.CacheRead);
            _add.Bind(16, record.Cost.Usd?.ToString(CultureInfo.InvariantCulture));
            _add.Bind(17, record.Cost.PriceVersion);
            _add.Bind(18, record.FinishReasons[0]);
            _add.Bind(19, record.Duration.Ticks);
            _add.Bind(20, record.TimeToFirstToken?.Ticks);
            _add.Bind(21, record.TraceId);
            _add.Bind(22, record.Dimensions["user"]);
            _add.Bind(23, record.Dimensions["team"]);
            _add.Bind(24, record.Dimensions["session"]);
            _add.Run();
        }
        _database.Run("COMMIT");
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
}
