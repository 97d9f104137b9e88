using Npgsql;

namespace AiTelemetry.Storage.PostgreSql;

/// <summary>Pruning by steps: a few of the oldest rows, sums and keys in one transaction, which those who append wait for.</summary>
internal sealed class PostgreSqlPruning(TimeProvider time)
{
    readonly PruneSize _size = new(time);

    /// <summary>Where the step before began: what lies in front is deleted, and would be passed again and again until the server cleans up. Anew for each time that there is something to prune.</summary>
    Beginning _beginning = Beginning.Unknown;

    /// <summary>Deletes what is too old and raises the floors to what is left.</summary>
    /// <returns>Whether there is more.</returns>
    public async Task<bool> StepAsync(LedgerTransaction transaction, UsageLedgerOptions options, long now)
    {
        var (begun, most) = (_size.Begin(), _size.Rows);
        var (oldest, oldestKey, newestDays) = await OldestAsync(transaction, Interlocked.Exchange(ref _beginning, Beginning.Unknown), now).ConfigureAwait(false);
        now = RollUpFloors.TrustedTime(now, newestDays);
        if (now == 0)
            return false;
        var floors = transaction.Floors.Raised(options, now, (step, before) => oldest[(int)step] < before);
        if (floors != transaction.Floors)
            await transaction.SaveFloorsAsync(floors).ConfigureAwait(false);
        var deletions = new List<NpgsqlBatchCommand>();
        for (var step = RollUpStep.Rows; step <= RollUpStep.Day; step++)
        {
            if (oldest[(int)step] < floors[step])
                deletions.Add(Delete(step, most, oldest[(int)step], floors[step]));
        }
        var keysFrom = Math.Max(DateTime.UnixEpoch.Ticks, now - options.KeyRetention.Ticks);
        var firstKey = FirstOf(keysFrom);
        if (oldestKey is { } key && key.CompareTo(firstKey) < 0)
        {
            deletions.Add(new($"DELETE FROM aitelemetry.record_keys WHERE id = ANY (ARRAY (SELECT id FROM aitelemetry.record_keys WHERE id >= '{key}' AND id < '{firstKey}' ORDER BY id LIMIT {most}))"));
            await transaction.SaveKeysFromAsync(keysFrom).ConfigureAwait(false);
        }
        if (deletions.Count == 0)
            return false;
        await transaction.RunAsync([.. deletions]).ConfigureAwait(false);
        var isMore = deletions.Exists(deletion => deletion.RecordsAffected == most);
        _size.Ended(begun);
        if (isMore)
            _beginning = new Beginning(oldest[(int)RollUpStep.Rows], oldestKey);
        return isMore;
    }

    /// <summary>In the order of an index, or the server would look for them from the front of the table, where those lie that are deleted already.</summary>
    static NpgsqlBatchCommand Delete(RollUpStep step, int most, long from, long before)
    {
        var (table, where, order) = step == RollUpStep.Rows
            ? ("records", FormattableString.Invariant($"started_at >= {PostgreSqlColumns.UnixTicks(from)} AND started_at < {PostgreSqlColumns.UnixTicks(before)}"), "started_at")
            : ("rollups", FormattableString.Invariant($"step = {(int)step} AND bucket >= {PostgreSqlColumns.UnixSeconds(from)} AND bucket < {PostgreSqlColumns.UnixSeconds(before)}"), "bucket");
        return new($"DELETE FROM aitelemetry.{table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM aitelemetry.{table} WHERE {where} ORDER BY {order} LIMIT {most}))");
    }

    /// <summary>Where each step begins (never, where it has nothing), the first key, and the newest days for <see cref="RollUpFloors.TrustedTime"/>; moments in ticks.</summary>
    static async Task<(long[] Steps, Guid? Key, long[] NewestDays)> OldestAsync(LedgerTransaction transaction, Beginning beginning, long now)
    {
        using var command = transaction.Command(FormattableString.Invariant($"""
            SELECT (SELECT min(started_at) FROM aitelemetry.records WHERE started_at >= {PostgreSqlColumns.UnixTicks(beginning.Row)}), (SELECT min(bucket) FROM aitelemetry.rollups WHERE step = 1),
              (SELECT min(bucket) FROM aitelemetry.rollups WHERE step = 2), (SELECT min(bucket) FROM aitelemetry.rollups WHERE step = 3),
              ARRAY (SELECT DISTINCT bucket FROM aitelemetry.rollups WHERE step = 3 AND bucket <= {PostgreSqlColumns.UnixSeconds(now)} ORDER BY bucket DESC LIMIT {RollUpFloors.NewestDays}), (SELECT id FROM aitelemetry.record_keys WHERE id >= '{beginning.Key ?? Guid.Empty}' ORDER BY id LIMIT 1)
            """));
        var row = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            await row.ReadAsync().ConfigureAwait(false);
            var steps = new long[(int)RollUpStep.Day + 1];
            for (var step = 0; step < steps.Length; step++)
                steps[step] = row.IsDBNull(step) ? long.MaxValue : step == 0 ? row.GetInt64(step) + DateTime.UnixEpoch.Ticks : PostgreSqlColumns.Ticks(row.GetInt64(step));
            return (steps, row.IsDBNull(5) ? null : row.GetGuid(5), Array.ConvertAll(row.GetFieldValue<long[]>(4), PostgreSqlColumns.Ticks));
        }
    }

    /// <summary>Before every key of a record of this moment.</summary>
    static Guid FirstOf(long ticks) => Guid.Parse(FormattableString.Invariant($"{new DateTimeOffset(ticks, TimeSpan.Zero).ToUnixTimeMilliseconds():x12}00000000000000000000"));

    /// <summary>The first row (its moment, in ticks) and the first key.</summary>
    sealed record Beginning(long Row, Guid? Key)
    {
        public static readonly Beginning Unknown = new(DateTime.UnixEpoch.Ticks, null);
    }
}
