using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Storage;
using AiTelemetry.Storage.Tests.PostgreSql;
using Npgsql;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>The ledger on a server: appends beside COPY of the same records into a table without key or index, pruning, and a question beside a scan of rows.</summary>
internal static class PostgreSqlGates
{
    const int Together = 1000;

    /// <summary>
    /// Of which the quickest counts: two processes take turns here, and other work of the machine can only come between. Many, as the runtime compiles what
    /// ran often only after a while.
    /// </summary>
    const int Commits = 400;

    /// <summary>Rows of the day and four hours that are asked about.</summary>
    const int Rows = 500_000;

    public static IEnumerable<Gate> Server()
    {
        if (PostgreSqlServer.Programs is null)
        {
            Console.WriteLine("       PostgreSQL is not installed, so its rows are left out. Install with: eng/install-components.sh");
            yield break;
        }
        using var server = new PostgreSqlServer();
        var connection = server.NewDatabaseAsync().GetAwaiter().GetResult();
        var first = TimeProvider.System.GetUtcNow().AddHours(-6);
        yield return Appends(connection, first);
        yield return Pruning(connection, first);
        yield return Question(server.NewDatabaseAsync().GetAwaiter().GetResult());
    }

    static Gate Appends(string connection, DateTimeOffset first)
    {
        using var ledger = At(connection);
        using var plain = PlainAt(connection);
        var (ours, theirs) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var commit = 0; commit < Commits; commit++)
        {
            var records = new UsageRecord[Together];
            for (var i = 0; i < Together; i++)
                records[i] = LedgerRecords.AsTheyCome((commit * Together) + i, first);
            var our = Measured(() => ledger.AppendAsync(records).AsTask());
            var their = Measured(() => PlainCopy.AppendAsync(plain, records));
            (ours, theirs) = (our < ours ? our : ours, their < theirs ? their : theirs);
        }
        return Gate.Ratio("ledger: appends to PostgreSQL, 1,000 a commit, to COPY without an index", 0.5, theirs / ours,
            string.Create(CultureInfo.InvariantCulture, $"{Together / ours.TotalSeconds:N0} to {Together / theirs.TotalSeconds:N0} rows/s"), atLeast: true);
    }

    /// <summary>All that was appended is pruned 45 days later, rows and keys: the first half alone, the other while someone appends, who waits for it.</summary>
    static Gate Pruning(string connection, DateTimeOffset first)
    {
        var time = new MovedTime { Ahead = TimeSpan.FromDays(45) };
        using var ledger = At(connection, time);
        var next = 0;
        TimeSpan Append() => Measured(() => ledger.AppendAsync([LedgerRecords.AsTheyCome(next++, first + time.Ahead)]).AsTask());
        for (var day = 2; day > 0; day--) // a clock is believed after calls on three days in a row
            ledger.AppendAsync([LedgerRecords.AsTheyCome(next++, first + time.Ahead - TimeSpan.FromDays(day))]).AsTask().GetAwaiter().GetResult();
        var steps = new List<double>();
        var (alone, beside) = (new List<double>(), new List<double>());
        for (var i = 0; i < 100; i++)
            alone.Add(Append().TotalMilliseconds);
        var isMore = true;
        for (var step = 0; step < Commits && isMore; step++)
            steps.Add(Measured(async () => isMore = await ledger.PruneAsync(default).ConfigureAwait(false)).TotalMilliseconds);
        var rest = Task.Run(async () =>
        {
            while (await ledger.PruneAsync(default).ConfigureAwait(false))
            {
            }
        });
        while (!rest.IsCompleted)
            beside.Add(Append().TotalMilliseconds);
        rest.GetAwaiter().GetResult();
        foreach (var times in (List<double>[])[steps, alone, beside])
            times.Sort();
        if (steps.Count < 100)
            throw new InvalidOperationException($"Of {Commits * Together} rows {steps.Count} steps of pruning were measured.");
        return new Gate("ledger: a step of pruning on PostgreSQL, which a commit may wait for", 50, steps[steps.Count / 2], "ms", 0.25, Note: string.Create(CultureInfo.InvariantCulture,
            $"median of {steps.Count}, the longest {steps[^1]:N1} ms; an append takes {alone[alone.Count / 2]:N1} ms, beside it {beside[beside.Count / 2]:N1}, the longest {beside[^1]:N1}"));
    }

    static Gate Question(string connection)
    {
        using var ledger = At(connection);
        using var plain = PlainAt(connection);
        var now = TimeProvider.System.GetUtcNow();
        for (var next = 0; next < Rows; next += Together)
        {
            var records = new UsageRecord[Together];
            for (var i = 0; i < Together; i++)
                records[i] = LedgerRecords.Ordered(next + i, Rows, now);
            ledger.AppendAsync(records).AsTask().GetAwaiter().GetResult();
            PlainCopy.AppendAsync(plain, records).GetAwaiter().GetResult();
        }
        Run(plain, "CREATE INDEX ON plain_calls (started_at); ANALYZE");
        var query = new UsageQuery { From = now.AddHours(-24), To = now, GroupBy = [UsageDimension.Model], Measures = [UsageMeasure.CostUsd] };
        var (ours, theirs) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < 100; i++) // the runtime compiles what ran often
            Measured(() => ledger.QueryAsync(query).AsTask());
        for (var round = 0; round < 25; round++)
        {
            var our = Measured(() => ledger.QueryAsync(query).AsTask());
            var their = Measured(() => PlainCopy.CostByModelAsync(plain, now.AddHours(-24), now));
            (ours, theirs) = (our < ours ? our : ours, their < theirs ? their : theirs);
        }
        return Gate.Ratio("ledger: cost by model of the last 24 hours on PostgreSQL, to a scan of the rows", 0.05, ours / theirs,
            string.Create(CultureInfo.InvariantCulture, $"{ours.TotalMilliseconds:N2} to {theirs.TotalMilliseconds:N2} ms"));
    }

    static TimeSpan Measured(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        work().GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start);
    }

    static PostgreSqlUsageLedger At(string connection, TimeProvider? time = null) => new(connection, new UsageLedgerOptions(), time ?? TimeProvider.System);

    static NpgsqlDataSource PlainAt(string connection)
    {
        var plain = NpgsqlDataSource.Create(connection);
        Run(plain, PlainCopy.Table);
        return plain;
    }

    static void Run(NpgsqlDataSource source, string sql)
    {
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }
}
