using AiTelemetry.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Storage;

/// <summary>A ledger in one SQLite file beside the app.</summary>
/// <remarks>
/// Opened at the first use or by <see cref="OpenAsync"/>. One process writes a file, others may read it. A damaged file is set aside under another name,
/// said so in the log and in the error of the append that found it, and a new one is begun.
/// </remarks>
internal sealed partial class SqliteUsageLedger(string path, UsageLedgerOptions options, ILogger logger, TimeProvider time) : UsageLedger(options, time), IMovableLedger
{
    readonly string _path = RealPath(path);
    readonly PruneSize _pruned = new(time);
    readonly SemaphoreSlim _writing = new(1, 1);
    readonly SemaphoreSlim _reading = new(1, 1);
    WriterLock? _lock;
    SqliteWriter? _writer;
    SqliteReader? _reader;
    bool _isClosed;

    /// <summary>The file.</summary>
    public string Path => _path;

    public override async ValueTask OpenAsync(CancellationToken cancellationToken = default) => await WriteAsync(static _ => true, cancellationToken).ConfigureAwait(false);

    internal override async ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(static reader => reader.Days(), cancellationToken).ConfigureAwait(false) is not { } days)
            return;
        for (var day = days.First; day <= days.Last; day += TimeSpan.TicksPerDay)
        {
            var from = day;
            await WriteAsync(
                writer =>
                {
                    if (from < writer.Floors.Rows)
                        return false;
                    using var reader = new SqliteReader(_path); // within the writer's turn, so that no row comes between reading and writing
                    writer.Rebuild(from, take => reader.EachRow(from, from + TimeSpan.TicksPerDay, take, cancellationToken));
                    return true;
                }, cancellationToken).ConfigureAwait(false);
            progress?.Report((double)(day - days.First + TimeSpan.TicksPerDay) / (days.Last - days.First + TimeSpan.TicksPerDay));
        }
    }

    public async ValueTask<IReadOnlyList<string>> CheckAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var found = new List<string>(await ReadAsync(static reader => reader.Damages().ToList(), cancellationToken).ConfigureAwait(false));
        if (found.Count > 0 || await ReadAsync(static reader => reader.Days(), cancellationToken).ConfigureAwait(false) is not { } days)
            return found;
        for (var day = days.First; day <= days.Last; day += TimeSpan.TicksPerDay)
        {
            var from = day;
            var difference = await ReadAsync(reader => reader.AtOneMoment(() =>
            {
                if (from < reader.Floors.Rows)
                    return null;
                var sums = new DaySums();
                reader.StepRows(from, from + TimeSpan.TicksPerDay, sums.Add, cancellationToken);
                return sums.Difference(from, reader.StepRollUps(from, from + TimeSpan.TicksPerDay), reader.Floors);
            }), cancellationToken).ConfigureAwait(false);
            if (difference is not null)
                found.Add(difference);
            progress?.Report((double)(day - days.First + TimeSpan.TicksPerDay) / (days.Last - days.First + TimeSpan.TicksPerDay));
        }
        return found;
    }

    public async ValueTask<(DateTimeOffset First, DateTimeOffset Last)?> SpanAsync(CancellationToken cancellationToken) =>
        await ReadAsync(static reader => reader.Span(), cancellationToken).ConfigureAwait(false) is not { } span ? null
            : (new DateTimeOffset(span.First, TimeSpan.Zero), new DateTimeOffset(span.Last, TimeSpan.Zero));

    public ValueTask<LedgerPast> PastAsync(CancellationToken cancellationToken) => ReadAsync(static reader =>
    {
        var floors = reader.Floors;
        return new LedgerPast(floors, floors.Rows == 0 ? [] : reader.RollUps(DateTime.UnixEpoch.Ticks, floors.Rows), reader.KeysFrom);
    }, cancellationToken);

    internal override ValueTask<long> KeysFromAsync(CancellationToken cancellationToken) => ReadAsync(static reader => reader.KeysFrom, cancellationToken);

    public async ValueTask<IReadOnlyList<RecordKey>> KeysAsync(Guid after, int most, CancellationToken cancellationToken) =>
        await ReadAsync(reader => reader.Keys(after, most), cancellationToken).ConfigureAwait(false);

    public async ValueTask AdoptAsync(IReadOnlyList<UsageRecord> rows, CancellationToken cancellationToken) => await WriteAsync(
        writer =>
        {
            writer.Commit(rows, new AppendStatus[rows.Count], asksForCalls: false);
            return true;
        }, cancellationToken).ConfigureAwait(false);

    public async ValueTask AdoptAsync(LedgerPast past, CancellationToken cancellationToken) => await WriteAsync(
        writer =>
        {
            writer.Adopt(past);
            return true;
        }, cancellationToken).ConfigureAwait(false);

    public async ValueTask AdoptAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken) => await WriteAsync(
        writer =>
        {
            writer.Adopt(keys);
            return true;
        }, cancellationToken).ConfigureAwait(false);

    internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken) => WriteAsync(
        writer =>
        {
            var begun = _pruned.Begin();
            var more = writer.Prune(Options, Now.UtcTicks, _pruned.Rows);
            _pruned.Ended(begun);
            return more;
        }, cancellationToken);

    internal override async ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        await ReadAsync(reader => reader.Rows(from.UtcTicks, to.UtcTicks, cancellationToken), cancellationToken).ConfigureAwait(false);

    internal override async ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) =>
        await ReadAsync(static reader => reader.RollUps(DateTime.UnixEpoch.Ticks, DateTime.MaxValue.Ticks), cancellationToken).ConfigureAwait(false);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _writing.Wait();
        _reading.Wait();
        _isClosed = true;
        _reader?.Dispose();
        _writer?.Dispose(); // the last to close: it checkpoints
        _lock?.Dispose();
        (_reader, _writer, _lock) = (null, null, null);
        _reading.Release();
        _writing.Release();
    }

    private protected override async ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken) =>
        await WriteAsync(
            writer =>
            {
                writer.Commit(records, statuses);
                return true;
            }, cancellationToken).ConfigureAwait(false);

    private protected override async ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) =>
        await ReadAsync(
            reader =>
            {
                reader.Answer(query, answer, cancellationToken);
                return true;
            }, cancellationToken).ConfigureAwait(false);

    async ValueTask<T> WriteAsync<T>(Func<SqliteWriter, T> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return write(_writer ??= Open());
        }
        catch (SqliteFailure failure) when (failure.IsDamage)
        {
            throw SetAside(failure);
        }
        catch (SqliteFailure failure)
        {
            throw failure.Told(_path);
        }
        catch (InvalidDataException e)
        {
            throw SetAside(new SqliteFailure(SQLitePCL.raw.SQLITE_CORRUPT, e.Message)); // the pages are well, what stands in them is not
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageLedgerException($"{_path} failed: {e.Message}", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    async ValueTask<T> ReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        if (_writer is null && !File.Exists(_path))
            await OpenAsync(cancellationToken).ConfigureAwait(false);
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return read(_reader ??= new SqliteReader(_path));
        }
        catch (SqliteFailure failure)
        {
            throw failure.Told(_path); // damage is left to the next append to set aside: reading loses nothing
        }
        catch (InvalidDataException e)
        {
            throw DamagedSum.Told(_path, e);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The file behind a link: the lock of its writer must be the same under every name.</summary>
    static string RealPath(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    SqliteWriter Open()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (System.IO.Path.GetDirectoryName(_path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        _lock ??= WriterLock.Take(_path, Now);
        SqliteWriter writer;
        try
        {
            writer = new SqliteWriter(_path);
        }
        catch (SqliteFailure failure) when (failure.IsDamage)
        {
            SetAside(failure);
            writer = new SqliteWriter(_path);
        }
        Opened(logger, _path, SqliteDatabase.Version);
        return writer;
    }

    /// <summary>Moves the damaged file and what belongs to it out of the way; the next use begins a new one.</summary>
    UsageLedgerException SetAside(SqliteFailure failure)
    {
        _reading.Wait();
        try
        {
            _reader?.Dispose();
            _writer?.Dispose();
            (_reader, _writer) = (null, null);
            var aside = DamagedFile.SetAside(_path, Now);
            Damaged(logger, _path, failure.Message, aside);
            return new UsageLedgerException($"{_path} is damaged ({failure.Message}) and was set aside as {aside}; a new file is begun. Append the records again.", failure);
        }
        finally
        {
            _reading.Release();
        }
    }

    [LoggerMessage(20, LogLevel.Information, "The usage ledger is {Path} (SQLite {Version}).")]
    static partial void Opened(ILogger logger, string path, string version);

    [LoggerMessage(21, LogLevel.Error, "The usage ledger {Path} is damaged ({Reason}). It was set aside as {Aside}; a new file is begun, without what was in it.")]
    static partial void Damaged(ILogger logger, string path, string reason, string aside);
}
