using AiTelemetry.Usage;

namespace AiTelemetry;

/// <summary>Where usage records are kept: durable, counted exactly once, and quick to ask.</summary>
/// <remarks>
/// <para>The promise: a record that an append has answered for is on disk and will be counted once, whatever is killed, unplugged or
/// appended again. A record is told by its id, a call by its provider's id (see <see cref="UsageSource"/>); the row, its keys and its part of the
/// sums by minute, hour and day are one transaction.</para>
/// <para>Enters: records, from the pipeline or directly. Leaves: rows of answers to a <see cref="UsageQuery"/>, the only question there is.
/// Everything may be called from any thread.</para>
/// </remarks>
public abstract class UsageLedger : IAsyncDisposable, IDisposable
{
    readonly TimeProvider _time;

    private protected UsageLedger(UsageLedgerOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
    }

    internal UsageLedgerOptions Options { get; }

    /// <summary>Told when writing fails although the append is answered for: that of a server with an outbox in front of it.</summary>
    internal Action? CommitFailed { get; set; }

    /// <summary>Told how many records are refused after their append was answered for.</summary>
    internal Action<long>? RefusedLater { get; set; }

    internal DateTimeOffset Now => _time.GetUtcNow();

    internal TimeProvider Time => _time;

    /// <summary>Makes ready what the first append would otherwise wait for.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageLedgerException">It cannot be written: another process writes it, or it is of a newer version, or the disk refuses.</exception>
    public abstract ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds records. When it answers, those that are not refused are durable.</summary>
    /// <param name="records">The records; any number of times, in any order, by any number of writers.</param>
    /// <param name="cancellationToken">Gives up waiting to begin; what has begun is carried through.</param>
    /// <returns>What became of each.</returns>
    /// <exception cref="UsageLedgerException">Nothing is durable; append the same records again.</exception>
    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellationToken = default) =>
        AppendAsync(records, Options.LatenessWindow, cancellationToken);

    /// <summary>The same for records that another ledger or an outbox has taken already, however long ago.</summary>
    internal async ValueTask<AppendResult> AppendAsync(IReadOnlyList<UsageRecord> records, TimeSpan lateness, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var statuses = new AppendStatus[records.Count];
        var refused = new List<RefusedRecord>();
        var now = Now;
        for (var i = 0; i < statuses.Length; i++)
        {
            if (RecordRules.Refusal(records[i], now, lateness) is not { } reason)
                continue;
            statuses[i] = AppendStatus.Refused;
            refused.Add(new RefusedRecord(i, records[i].Id, reason));
        }
        if (refused.Count < statuses.Length)
            await CommitAsync(records, statuses, cancellationToken).ConfigureAwait(false);
        RefuseWhatIsNotKept(records, statuses, refused);
        return new AppendResult(statuses, refused);
    }

    /// <summary>Answers a question.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The rows, by bucket and then by group. Without bucket and group always one.</returns>
    /// <exception cref="ArgumentException">The question has no meaning: an empty range, a bucket out of range.</exception>
    /// <exception cref="UsageLedgerException">It cannot be answered exactly any more, or the ledger cannot be read.</exception>
    public async ValueTask<IReadOnlyList<UsageRow>> QueryAsync(UsageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        var answer = new UsageAnswer(query);
        await AnswerAsync(query, answer, cancellationToken).ConfigureAwait(false);
        return answer.Rows();
    }

    /// <summary>Closes it. What was answered for is durable already.</summary>
    /// <returns>When it is closed.</returns>
    public virtual ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes it. What was answered for is durable already.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it.</summary>
    /// <param name="disposing">Whether it is asked to, and not collected.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Reads the pieces of an answer, for a ledger in front of this one.</summary>
    internal ValueTask AnswerAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken) => ReadAsync(query, answer, cancellationToken);

    /// <summary>Makes the sums anew from the rows that are kept; they come out the same, or were wrong.</summary>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between two days, each of which is whole.</param>
    internal abstract ValueTask RebuildAsync(IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>The app is stopping and half its time is over: what can be made durable without waiting for others is, from now on.</summary>
    internal virtual void Hurry()
    {
    }

    /// <summary>From when on the keys of all records are kept, by the moment in their ids, in ticks; what is older may have been counted, and the ledger does not know. 0 where all are.</summary>
    internal virtual ValueTask<long> KeysFromAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0L);

    /// <summary>Prunes one small step, and says whether more is to be done.</summary>
    internal abstract ValueTask<bool> PruneAsync(CancellationToken cancellationToken);

    /// <summary>Every row of a range, by time and id.</summary>
    internal abstract ValueTask<IReadOnlyList<UsageRecord>> RowsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Every sum, by step, bucket and series: what two ledgers with the same records have in common to the byte.</summary>
    internal abstract ValueTask<IReadOnlyList<RollUp>> RollUpsAsync(CancellationToken cancellationToken);

    /// <summary>Gives what a commit has refused its reason: there is only one.</summary>
    static void RefuseWhatIsNotKept(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, List<RefusedRecord> refused)
    {
        var before = refused.Count;
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i] == AppendStatus.Refused && refused.FindIndex(0, before, known => known.Index == i) < 0)
                refused.Add(new RefusedRecord(i, records[i].Id, FormattableString.Invariant($"StartedAt {records[i].StartedAt:O} is older than all that the ledger still keeps; a sum of it would be of no day.")));
        }
    }

    /// <summary>Writes what is not refused, with its keys and sums, in one transaction, and says of each whether it was new; refuses what is older than all it keeps.</summary>
    private protected abstract ValueTask CommitAsync(IReadOnlyList<UsageRecord> records, AppendStatus[] statuses, CancellationToken cancellationToken);

    /// <summary>Reads the pieces of the plan for a question, all of one moment.</summary>
    private protected abstract ValueTask ReadAsync(UsageQuery query, UsageAnswer answer, CancellationToken cancellationToken);
}
