using System.Diagnostics.Metrics;
using System.Threading.Channels;
using AiTelemetry.Calls;
using AiTelemetry.Usage;
using Microsoft.Extensions.Logging;

namespace AiTelemetry;

/// <summary>Takes records from calls without ever making them wait, and writes them to the ledger in groups.</summary>
/// <remarks>
/// <para>Enters: a record that ended a call, by <see cref="Post"/>, or one that someone waits for, by <see cref="AppendAsync"/>. Leaves: one append to the
/// ledger for up to <see cref="UsageLedgerOptions.CommitRecords"/> of them, or for those of <see cref="UsageLedgerOptions.CommitDelay"/>.</para>
/// <para>One loop writes. A commit that fails is tried again until it succeeds or the shutdown's time is over; the queue fills meanwhile, and what
/// finds it full is refused and counted. Nothing is dropped unseen.</para>
/// </remarks>
public sealed partial class UsagePipeline : IAsyncDisposable, IDisposable
{
    static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(1);

    /// <summary>How many records one commit holds at least when the app stops: a full queue on a slow disk is 500 syncs in groups of 100, and 10 in these.</summary>
    const int LastRecords = 5000;

    /// <summary>For the loop to count what it gives up, where it is not held by a commit.</summary>
    static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(500);

    readonly UsageLedger _ledger;
    readonly UsageLedgerOptions _options;
    readonly UsageInstruments _instruments;
    readonly ILogger _logger;
    readonly TimeProvider _time;
    readonly Channel<PendingRecord> _queue;
    readonly CancellationTokenSource _stopping = new();
    readonly CancellationTokenSource _givingUp = new();
    readonly Lock _lock = new();
    Task? _loop;
    CallTelemetry? _telemetry;
    long _pending;
    long _pruned;
    bool _prunesOn;
    int _saidFull;

    internal UsagePipeline(UsageLedger ledger, UsageLedgerOptions options, IMeterFactory meters, ILoggerFactory loggers, TimeProvider time)
    {
        _ledger = ledger;
        _options = options;
        _time = time;
        _pruned = time.GetTimestamp();
        _logger = loggers.CreateLogger("AiTelemetry.Ledger");
        _instruments = new UsageInstruments(meters, () => Volatile.Read(ref _pending));
        ledger.CommitFailed = _instruments.CommitFailed;
        ledger.RefusedLater = _instruments.Refused;
        _queue = Channel.CreateBounded<PendingRecord>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Records handed over and not yet durable or refused.</summary>
    public long QueueSize => Interlocked.Read(ref _pending);

    // 9: hands a record over and never waits.
    /// <summary>Hands a record over without waiting. It is durable some milliseconds later, or counted as an error.</summary>
    /// <param name="record">The record.</param>
    /// <returns>False where the queue is full or closed: the record is refused, and counted in <c>llm_usage_persist_errors_total</c>.</returns>
    public bool Post(UsageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (_loop is null)
            Start();
        return TryQueue(new PendingRecord(record, _time.GetTimestamp(), null));
    }

    /// <summary>Hands a record over and waits until it is durable.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops waiting; the record may be written all the same, and may be appended again under its id.</param>
    /// <returns>True where it is new, false where it or its call was counted before.</returns>
    /// <exception cref="UsageLedgerException">It is not durable: refused as impossible, or no room for it, or the ledger failed. The message says which.</exception>
    public async Task<bool> AppendAsync(UsageRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Start();
        if (!TryQueue(new PendingRecord(record, _time.GetTimestamp(), waiter)))
            throw new UsageLedgerException("The usage queue is full or closed; append the record again later.");
        return await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Empties the queue, within <see cref="UsageLedgerOptions.ShutdownTimeout"/>.</summary>
    /// <returns>When it is empty, or the time is over.</returns>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>The same, holding the thread meanwhile.</summary>
    public void Dispose() => StopAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Takes the records of a host's calls from now on.</summary>
    internal void Attach(CallTelemetry telemetry)
    {
        lock (_lock)
        {
            if (_telemetry is not null || _stopping.IsCancellationRequested)
                return;
            _telemetry = telemetry;
        }
        telemetry.Recorded += Take;
        Start();
    }

    /// <summary>Starts the loop; again does nothing.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (!_stopping.IsCancellationRequested)
                _loop ??= RunAsync();
        }
    }

    /// <summary>Closes the queue and waits until it is empty, for as long as the options and the token allow.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        Task loop;
        lock (_lock)
        {
            if (_givingUp.IsCancellationRequested)
                return; // its time was over once
            _ = _stopping.CancelAsync(); // not Cancel, which would run the loop on here: a whole commit, and without bound
            _queue.Writer.TryComplete();
            loop = _loop ??= RunAsync();
        }
        var half = _options.ShutdownTimeout / 2;
        try
        {
            await loop.WaitAsync(half, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!loop.IsCompleted)
                _ledger.Hurry();
            await loop.WaitAsync(half, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _ = _givingUp.CancelAsync();
            NotEmptied(_logger, QueueSize, _options.ShutdownTimeout);
            await loop.WaitAsync(LastWord, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Take(UsageRecord record) => Post(record);

    bool TryQueue(in PendingRecord pending)
    {
        Interlocked.Increment(ref _pending);
        if (_queue.Writer.TryWrite(pending))
            return true;
        Interlocked.Decrement(ref _pending);
        _instruments.NotInTime(1);
        if (Interlocked.Exchange(ref _saidFull, 1) != 1)
            Full(_logger, _options.QueueCapacity);
        return false;
    }

    async Task RunAsync()
    {
        // Off the caller's thread and context: one that blocks in Dispose, as a window's would, must not be what the loop waits for.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var batch = new List<PendingRecord>(_options.CommitRecords);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await FillAsync(batch).ConfigureAwait(false);
            await CommitAsync(batch).ConfigureAwait(false);
            batch.Clear();
            await PruneAsync().ConfigureAwait(false);
        }
    }

    async ValueTask FillAsync(List<PendingRecord> batch)
    {
        TakeQueued(batch);
        if (batch.Count >= _options.CommitRecords || _options.CommitDelay == TimeSpan.Zero)
            return;
        await WaitAsync(_options.CommitDelay, _stopping.Token).ConfigureAwait(false);
        TakeQueued(batch);
    }

    void TakeQueued(List<PendingRecord> batch)
    {
        var most = _stopping.IsCancellationRequested ? Math.Max(_options.CommitRecords, LastRecords) : _options.CommitRecords;
        while (batch.Count < most && _queue.Reader.TryRead(out var pending))
            batch.Add(pending);
    }

    async ValueTask CommitAsync(List<PendingRecord> batch)
    {
        for (var failures = 1; batch.Count > 0; failures++)
        {
            if (_givingUp.IsCancellationRequested)
            {
                Fail(batch, everyone: true, new UsageLedgerException("The app stopped before the record could be written."));
                return;
            }
            try
            {
                var result = await _ledger.AppendAsync(batch.ConvertAll(static pending => pending.Record)).ConfigureAwait(false);
                Settle(batch, result);
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, nothing was acknowledged: told to who waits, counted, and tried again.
                _instruments.Committed(_time.GetElapsedTime(batch[0].Since), succeeded: false);
                _instruments.CommitFailed();
                if (failures == 1)
                    NotCommitted(_logger, e, batch.Count, e.Message);
                Fail(batch, everyone: false, e as UsageLedgerException ?? new UsageLedgerException($"The ledger failed: {e.Message}", e));
            }
            if (batch.Count > 0)
                await WaitAsync(CommitRetry.WaitAfter(failures), _givingUp.Token).ConfigureAwait(false);
        }
    }

    void Settle(List<PendingRecord> batch, AppendResult result)
    {
        _instruments.Committed(_time.GetElapsedTime(batch[0].Since), succeeded: true);
        Interlocked.Add(ref _pending, -batch.Count);
        Volatile.Write(ref _saidFull, 0);
        if (result.Refused.Count > 0)
        {
            _instruments.Refused(result.Refused.Count);
            Refused(_logger, result.Refused.Count, result.Refused[0].Reason);
        }
        foreach (var refused in result.Refused)
            batch[refused.Index].Waiter?.TrySetException(new UsageLedgerException($"The record was refused. {refused.Reason}"));
        for (var i = 0; i < batch.Count; i++)
            batch[i].Waiter?.TrySetResult(result[i] == AppendStatus.Added);
    }

    /// <summary>Ends the wait of those who wait, who may append again, and at the end of all of them.</summary>
    void Fail(List<PendingRecord> batch, bool everyone, UsageLedgerException reason)
    {
        var left = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (everyone || batch[i].Waiter is not null)
                batch[i].Waiter?.TrySetException(reason);
            else
                batch[left++] = batch[i];
        }
        var gone = batch.Count - left;
        batch.RemoveRange(left, gone);
        Interlocked.Add(ref _pending, -gone);
        if (everyone)
            _instruments.NotInTime(gone);
    }

    /// <summary>Prunes a step now and then, always between two commits, so that none waits for more than one step.</summary>
    async ValueTask PruneAsync()
    {
        if (_stopping.IsCancellationRequested || (!_prunesOn && _time.GetElapsedTime(_pruned) < PruneEvery))
            return;
        try
        {
            _prunesOn = await _ledger.PruneAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _prunesOn = false; // what is too old stays until the next time; nothing is lost by it
            NotPruned(_logger, e);
        }
        _pruned = _time.GetTimestamp();
    }

    async ValueTask WaitAsync(TimeSpan wait, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested)
            await Task.Delay(wait, _time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(10, LogLevel.Error, "{Count} usage records could not be written and are tried again: {Reason} Further failures are counted in llm_usage_persist_errors_total until one succeeds.")]
    static partial void NotCommitted(ILogger logger, Exception fault, int count, string reason);

    [LoggerMessage(11, LogLevel.Error, "The queue of usage records is full ({Capacity}), or closed as the app is stopping; records are refused and counted in llm_usage_persist_errors_total until there is room.")]
    static partial void Full(ILogger logger, int capacity);

    [LoggerMessage(12, LogLevel.Warning, "{Count} usage records were refused; the first: {Reason}")]
    static partial void Refused(ILogger logger, int count, string reason);

    [LoggerMessage(13, LogLevel.Error, "{Count} usage records were not written within the shutdown's {Time} and are lost, unless their commit is just ending.")]
    static partial void NotEmptied(ILogger logger, long count, TimeSpan time);

    [LoggerMessage(14, LogLevel.Warning, "The usage ledger could not be pruned; it is tried again.")]
    static partial void NotPruned(ILogger logger, Exception fault);
}
