// One piece because appends, the loop and the setting aside share one list of outboxes under one lock.
using System.Globalization;
using AiTelemetry.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Storage.Outbox;

/// <summary>A ledger on a server, with a local file in front of it that takes the records while the server is away, however long.</summary>
/// <remarks>
/// <para>Enters: an append. Leaves: a commit on the server, or, where that fails, one in the outbox; both are durable, so both are acknowledged. From the
/// first failure on everything goes to the outbox, and one loop brings it to the server, oldest first, until the outbox is empty. A record that was on its
/// way when the answer was lost comes to the server twice and is counted once: by its id.</para>
/// <para>Each process has an outbox of its own: where the file is another's, it takes the next name (<c>usage-outbox-2.db</c>). What a process that is no
/// more left behind is brought to the server by the next that starts.</para>
/// <para>Questions are the server's: what still waits here is not in its answers.</para>
/// </remarks>
internal sealed partial class OutboxUsageLedger(UsageLedger server, string path, UsageLedgerOptions options, ILogger logger, TimeProvider time) : UsageLedger(options, time)
{
    const int MostOutboxes = 32;
    const int Together = 500;

    readonly string _path = Path.GetFullPath(path);
    readonly Lock _lock = new();
    readonly CancellationTokenSource _closing = new();
    readonly CancellationTokenSource _hurrying = new();
    readonly List<RecordOutbox> _outboxes = [];
    Task? _bringing;
    bool _isAway;
    bool _isClosed;
    bool _wasSetAside;

    /// <summary>Whether the server was asked for records that no outbox took either: they come again, and nobody knows which they are.</summary>
    volatile bool _wasAskedInVain;

    public override ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        Own();
        return ValueTask.CompletedTask; // not the server: the app starts without it
    }

    internal override ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken) => server.RebuildAsync(progress, cancellationToken);

    internal override ValueTask<bool> PruneAsync(CancellationToken cancellationToken) => _isAway ? ValueTask.FromResult(false) : server.PruneAsync(cancellationToken);

    internal override ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => server.RowsAsync(from, to, cancellationToken);

    internal override ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken) => server.RollUpsAsync(cancellationToken);

    /// <summary>From now on the server has to answer at once, or the outbox takes the records: one that hangs would take the app's last seconds, and the records with them.</summary>
    internal override void Hurry() => _ = _hurrying.CancelAsync();

    /// <summary>The loop that empties the outbox; null where there is nothing to bring.</summary>
    internal Task? Bringing
    {
        get
        {
            lock (_lock)
                return _bringing;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false); // both sources have no timers: nothing is left to dispose of
        if (Bringing is { } bringing)
            await bringing.ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _isClosed)
            return;
        _closing.Cancel();
        Bringing?.GetAwaiter().GetResult();
        lock (_lock)
        {
            _isClosed = true;
            foreach (var outbox in _outboxes)
                outbox.Dispose();
            _outboxes.Clear();
        }
        server.Dispose();
    }

    private protected override async ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken)
    {
        var own = Own();
        var asked = _wasAskedInVain;
        if (!Volatile.Read(ref _isAway))
        {
            try
            {
                await AppendToServerAsync(records, statuses, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is UsageLedgerException || (e is OperationCanceledException && _hurrying.IsCancellationRequested))
            {
                asked |= e is not UsageLedgerException { WasNotSent: true };
                CommitFailed?.Invoke();
                if (!Interlocked.Exchange(ref _isAway, true))
                    WentAway(logger, e is UsageLedgerException ? e.Message : "it does not answer, and the app is stopping", own.Path);
            }
        }
        try
        {
            own.Put(records, statuses, asked);
        }
        catch (SqliteFailure failure) when (failure.IsDamage)
        {
            _wasAskedInVain |= asked;
            throw new UsageLedgerException($"The outbox {own.Path} is damaged ({failure.Message}) and is set aside; a new one is begun. Append the records again.", SetAside(own, failure));
        }
        catch (UsageLedgerException full)
        {
            // No room here, which also keeps the loop from taking out what it has brought: the server may be back all the same.
            try
            {
                await AppendToServerAsync(records, statuses, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is UsageLedgerException || (e is OperationCanceledException && _hurrying.IsCancellationRequested))
            {
                _wasAskedInVain |= asked || e is not UsageLedgerException { WasNotSent: true };
                throw new UsageLedgerException(full.Message, full);
            }
        }
        catch (ObjectDisposedException e) when (!_isClosed)
        {
            _wasAskedInVain |= asked;
            throw new UsageLedgerException($"The outbox {own.Path} was damaged and is set aside; a new one is begun. Append the records again.", e);
        }
        Bring();
    }

    private protected override ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => server.AnswerAsync(query, answer, cancellationToken);

    async ValueTask AppendToServerAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken)
    {
        var places = Enumerable.Range(0, statuses.Length).Where(place => statuses[place] != AppendStatus.Refused).ToArray();
        var result = await UntilAsync(server.AppendAsync(Array.ConvertAll(places, place => records[place]), TimeSpan.MaxValue, cancellationToken), _hurrying.Token).ConfigureAwait(false);
        for (var i = 0; i < places.Length; i++)
            statuses[places[i]] = result[i];
    }

    /// <summary>What the server says, unless it is not waited for any more: an append may go on, and what it brings is known by its id.</summary>
    static async Task<T> UntilAsync<T>(ValueTask<T> asking, CancellationToken ended)
    {
        var answer = asking.AsTask();
        _ = answer.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return await answer.WaitAsync(ended).ConfigureAwait(false);
    }

    /// <summary>Starts the loop unless it runs.</summary>
    void Bring()
    {
        lock (_lock)
        {
            if (!_closing.IsCancellationRequested)
                _bringing ??= BringAsync();
        }
    }

    async Task BringAsync()
    {
        await Task.Yield();
        var failures = 0;
        while (!_closing.IsCancellationRequested)
        {
            RecordOutbox? outbox = null;
            try
            {
                outbox = Fullest();
                if (outbox is null)
                    return;
                var keysFrom = await UntilAsync(server.KeysFromAsync(_closing.Token), _closing.Token).ConfigureAwait(false); // which also asks whether it is there
                var waiting = outbox.Oldest(Together).ConvertAll(record => MayBeForgotten(record, keysFrom) ? record with { Record = null, Fault = Forgotten(keysFrom) } : record);
                var readable = waiting.FindAll(static record => record.Record is not null);
                outbox.MarkAsked(readable);
                var result = await UntilAsync(server.AppendAsync(readable.ConvertAll(static record => record.Record!), TimeSpan.MaxValue, _closing.Token), _closing.Token).ConfigureAwait(false);
                foreach (var refused in result.Refused)
                    waiting[waiting.IndexOf(readable[refused.Index])] = readable[refused.Index] with { Fault = refused.Reason };
                outbox.Remove(waiting);
                if (waiting.Find(static record => record.Fault is not null) is { } first)
                {
                    RefusedLater?.Invoke(waiting.Count(static record => record.Fault is not null));
                    Refused(logger, waiting.Count(static record => record.Fault is not null), outbox.Path, first.Fault!);
                }
                failures = 0;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return; // it is brought by the next process
            }
            catch (SqliteFailure failure) when (failure.IsDamage && outbox is not null)
            {
                SetAside(outbox, failure);
            }
            catch (Exception e)
            {
                CommitFailed?.Invoke();
                if (++failures % 100 == 0)
                    StillAway(logger, failures, e.Message);
                await Task.Delay(CommitRetry.WaitAfter(failures), Time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Whether the server may have counted a record and dropped its key since: asked again, it would count it twice.</summary>
    static bool MayBeForgotten(RecordOutbox.Waiting record, long keysFrom) => record.WasAsked && RecordRules.TicksOf(record.Id) < keysFrom;

    static string Forgotten(long keysFrom) => string.Create(CultureInfo.InvariantCulture,
        $"The server was asked to take it and did not answer, and of records before {new DateTime(keysFrom, DateTimeKind.Utc):yyyy-MM-dd} it does not know any more what it has counted.");

    /// <summary>An outbox that has records; null, and the loop is over, where none has: in one step, so that a record put in now starts a new loop.</summary>
    RecordOutbox? Fullest()
    {
        lock (_lock)
        {
            for (var i = _outboxes.Count - 1; i >= 0; i--) // the own one last: it is still being filled
            {
                if (HasAny(_outboxes[i]))
                    return _outboxes[i];
            }
            if (Interlocked.Exchange(ref _isAway, false) && !_wasSetAside)
                CameBack(logger);
            _wasSetAside = false;
            _bringing = null;
            return null;
        }
    }

    bool HasAny(RecordOutbox outbox)
    {
        try
        {
            return !outbox.IsEmpty;
        }
        catch (SqliteFailure failure) when (failure.IsDamage)
        {
            SetAside(outbox, failure);
            return false;
        }
    }

    /// <summary>Moves an outbox that turns out to be damaged out of the way; where it was this process's own, the next append begins a new one.</summary>
    SqliteFailure SetAside(RecordOutbox outbox, SqliteFailure failure)
    {
        lock (_lock)
        {
            if (!_outboxes.Remove(outbox))
                return failure; // another append has done it
            _wasSetAside = true;
            outbox.Dispose();
            Damaged(logger, outbox.Path, failure.Message, DamagedFile.SetAside(outbox.Path, Now));
            return failure;
        }
    }

    RecordOutbox Own()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_outboxes.Count > 0)
                return _outboxes[0];
            UsageLedgerException? refusal = null;
            for (var number = 1; number <= MostOutboxes; number++)
            {
                var file = number == 1 ? _path : Path.Combine(Path.GetDirectoryName(_path)!, FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(_path)}-{number}{Path.GetExtension(_path)}"));
                if (_outboxes.Count > 0 && !File.Exists(file))
                    continue;
                try
                {
                    _outboxes.Add(Open(file));
                }
                catch (UsageLedgerException e)
                {
                    refusal = e; // another process has it: this one takes the next
                }
            }
            if (_outboxes.Count == 0)
                throw refusal!;
        }
        Bring(); // what an earlier process left
        return _outboxes[0];
    }

    RecordOutbox Open(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            return new RecordOutbox(file, Options.OutboxBytes, Now);
        }
        catch (SqliteFailure failure) when (failure.IsDamage)
        {
            Damaged(logger, file, failure.Message, DamagedFile.SetAside(file, Now));
            return new RecordOutbox(file, Options.OutboxBytes, Now);
        }
        catch (SqliteFailure failure)
        {
            throw failure.Told(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageLedgerException($"{file} failed: {e.Message}", e);
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "The usage ledger's server is away ({Reason}). Records are kept in {Outbox} until it is back.")]
    static partial void WentAway(ILogger logger, string reason, string outbox);

    [LoggerMessage(31, LogLevel.Warning, "The usage ledger's server is still away after {Failures} attempts ({Reason}). Records are kept in the outbox.")]
    static partial void StillAway(ILogger logger, int failures, string reason);

    [LoggerMessage(32, LogLevel.Information, "The usage ledger's server is back and has every record that was kept for it.")]
    static partial void CameBack(ILogger logger);

    [LoggerMessage(34, LogLevel.Error, "{Count} records of the outbox {Path} were refused and are kept in its table 'refused'; the first: {Reason}")]
    static partial void Refused(ILogger logger, int count, string path, string reason);

    [LoggerMessage(33, LogLevel.Error, "The outbox {Path} is damaged ({Reason}). It was set aside as {Aside}; a new one is begun, without what was in it.")]
    static partial void Damaged(ILogger logger, string path, string reason, string aside);
}
