using SQLitePCL;

namespace AiTelemetry.Storage.Sqlite;

/// <summary>One connection to a file, with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    readonly sqlite3 _handle;
    readonly List<SqliteStatement> _statements = [];

    static SqliteDatabase() => Batteries_V2.Init();

    /// <param name="path">The file; made where it is not there, unless it is opened to be read.</param>
    /// <param name="forWriting">False for a reader, which neither writes nor checkpoints.</param>
    /// <exception cref="SqliteFailure">It cannot be opened.</exception>
    public SqliteDatabase(string path, bool forWriting)
    {
        var code = raw.sqlite3_open_v2(path, out _handle, (forWriting ? raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE : raw.SQLITE_OPEN_READONLY) | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = Failure(code);
            _handle?.Dispose();
            throw failure;
        }
        raw.sqlite3_extended_result_codes(_handle, 1);
        raw.sqlite3_busy_timeout(_handle, 2000);
    }

    public static string Version => raw.sqlite3_libversion().utf8_to_string();

    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The number of the row that was added last.</summary>
    public long LastId => raw.sqlite3_last_insert_rowid(_handle);

    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>A statement of this connection, which goes with it.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var statement = PrepareOnce(sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>A statement to be disposed by who asks for it.</summary>
    public SqliteStatement PrepareOnce(string sql)
    {
        var code = raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        return code == raw.SQLITE_OK ? new SqliteStatement(this, handle) : throw Failure(code);
    }

    /// <summary>Runs statements that give nothing back.</summary>
    public void Run(string sql)
    {
        var code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    /// <summary>The first number of the first row.</summary>
    public long Number(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    /// <summary>The first text of the first row.</summary>
    public string? Text(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Takes back what was not committed; a connection that cannot even do that is of no use any more.</summary>
    public void RollBack()
    {
        foreach (var statement in _statements)
            statement.Reset();
        if (IsInTransaction)
            Run("ROLLBACK");
    }

    public SqliteFailure Failure(int code) => new(code, _handle is null ? raw.sqlite3_errstr(code).utf8_to_string() : raw.sqlite3_errmsg(_handle).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        raw.sqlite3_close_v2(_handle);
        _handle.Dispose();
    }
}
