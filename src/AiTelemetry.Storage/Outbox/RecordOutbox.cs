using AiTelemetry.Storage.Sqlite;

namespace AiTelemetry.Storage.Outbox;

/// <summary>One file of records that wait for a server: durable when they are in, gone when they are taken out. Any thread.</summary>
/// <remarks>Where the file turns out to be damaged, whatever found it throws the <see cref="SqliteFailure"/>, and all that is left to do is to close it.</remarks>
internal sealed class RecordOutbox : IDisposable
{
    const long PageBytes = 4096;

    readonly Lock _lock = new();
    readonly WriterLock _held;
    readonly SqliteDatabase _database;
    readonly SqliteStatement _add;
    readonly SqliteStatement _take;
    readonly SqliteStatement _ask;
    readonly SqliteStatement _remove;
    readonly SqliteStatement _refuse;
    readonly long _mostBytes;
    bool _isClosed;

    /// <exception cref="UsageLedgerException">Another process has it, or it is no outbox.</exception>
    /// <exception cref="SqliteFailure">It cannot be written, or is damaged.</exception>
    public RecordOutbox(string path, long mostBytes, DateTimeOffset now)
    {
        Path = path;
        _mostBytes = mostBytes;
        _held = WriterLock.Take(path, now);
        SqliteDatabase? database = null;
        try
        {
            database = new SqliteDatabase(path, forWriting: true);
            var version = SqliteSchema.Outbox.VersionOf(database, path);
            SqliteSchema.MakeDurable(database);
            SqliteSchema.Outbox.Bring(database, version);
            database.Run(FormattableString.Invariant($"PRAGMA max_page_count = {mostBytes / PageBytes}"));
            _add = database.Prepare("INSERT OR IGNORE INTO waiting (id, line, asked) VALUES (?1, ?2, ?3)");
            _take = database.Prepare("SELECT id, line, asked FROM waiting ORDER BY id LIMIT ?1");
            _ask = database.Prepare("UPDATE waiting SET asked = 1 WHERE id = ?1");
            _remove = database.Prepare("DELETE FROM waiting WHERE id = ?1");
            _refuse = database.Prepare("INSERT OR REPLACE INTO refused (id, line, reason) SELECT id, line, ?2 FROM waiting WHERE id = ?1");
            _database = database;
        }
        catch
        {
            database?.Dispose();
            _held.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                return _database.Number("SELECT EXISTS (SELECT 1 FROM waiting)") == 0;
            }
        }
    }

    /// <summary>Puts records in, all or none; those that were there already are told as known.</summary>
    /// <param name="records">The records.</param>
    /// <param name="statuses">What becomes of each; those that are refused already are left out.</param>
    /// <param name="asked">Whether the server was asked to take them and may have.</param>
    /// <exception cref="UsageLedgerException">It is full, or the disk refuses.</exception>
    public void Put(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, bool asked)
    {
        lock (_lock)
        {
            InTransaction(() =>
            {
                Span<byte> id = stackalloc byte[16];
                for (var i = 0; i < statuses.Length; i++)
                {
                    if (statuses[i] == AppendStatus.Refused)
                        continue;
                    records[i].Id.TryWriteBytes(id, bigEndian: true, out _);
                    _add.Bind(1, id);
                    _add.Bind(2, RecordLine.Of(records[i]));
                    _add.Bind(3, asked ? 1 : 0);
                    _add.Run();
                    statuses[i] = _database.Changes > 0 ? AppendStatus.Added : AppendStatus.Known;
                }
            });
        }
    }

    /// <summary>The oldest records; they stay until they are removed.</summary>
    public List<Waiting> Oldest(int most)
    {
        var records = new List<Waiting>(most);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _take.Bind(1, most);
            while (_take.Step())
            {
                var waiting = new Waiting(new Guid(_take.Bytes(0), bigEndian: true), null, _take.Long(2) != 0, null);
                try
                {
                    records.Add(waiting with { Record = RecordLine.Read(_take.Bytes(1).ToArray()) });
                }
                catch (FormatException e)
                {
                    records.Add(waiting with { Fault = e.Message });
                }
            }
        }
        return records;
    }

    /// <summary>Keeps in mind that the server is asked to take these from now on.</summary>
    public void MarkAsked(IReadOnlyList<Waiting> records)
    {
        if (records.All(static record => record.WasAsked))
            return;
        lock (_lock)
        {
            InTransaction(() =>
            {
                Span<byte> id = stackalloc byte[16];
                foreach (var record in records)
                {
                    record.Id.TryWriteBytes(id, bigEndian: true, out _);
                    _ask.Bind(1, id);
                    _ask.Run();
                }
            });
        }
    }

    /// <summary>Takes records out; those that have a fault stay in the file, in the table <c>refused</c>.</summary>
    public void Remove(IReadOnlyList<Waiting> records)
    {
        lock (_lock)
        {
            InTransaction(() =>
            {
                Span<byte> id = stackalloc byte[16];
                foreach (var record in records)
                {
                    record.Id.TryWriteBytes(id, bigEndian: true, out _);
                    if (record.Fault is not null)
                    {
                        _refuse.Bind(1, id);
                        _refuse.Bind(2, record.Fault);
                        _refuse.Run();
                    }
                    _remove.Bind(1, id);
                    _remove.Run();
                }
            });
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _database.Dispose();
            _held.Dispose();
        }
    }

    void InTransaction(Action work)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        try
        {
            _database.Run("BEGIN IMMEDIATE");
            work();
            _database.Run("COMMIT");
        }
        catch (SqliteFailure failure) when (!failure.IsDamage)
        {
            _database.RollBack();
            throw failure.IsFull && _database.Number("PRAGMA page_count") * PageBytes > _mostBytes * 9 / 10
                ? new UsageLedgerException(FormattableString.Invariant($"The outbox {Path} has reached its limit of {_mostBytes} bytes (Ledger.OutboxBytes), and the server is still away. The records were refused."), failure)
                : failure.Told(Path);
        }
    }

    /// <summary>A record that waits.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Record">The record; null where its line cannot be read.</param>
    /// <param name="WasAsked">Whether the server was asked to take it, and may have it although the answer did not come.</param>
    /// <param name="Fault">Why the ledger never takes it; null where it may.</param>
    public sealed record Waiting(Guid Id, UsageRecord? Record, bool WasAsked, string? Fault);
}
