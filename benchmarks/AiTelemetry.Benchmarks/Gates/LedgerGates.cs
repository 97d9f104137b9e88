using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Storage;
using AiTelemetry.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>What keeping records costs: handing one over, writing them beside a plain table, and asking.</summary>
internal static class LedgerGates
{
    const int Times = 9;

    /// <summary>How many rows are asked; with 10,000,000 it takes some minutes to fill the file.</summary>
    static int Rows => int.Parse(Environment.GetEnvironmentVariable("AITELEMETRY_LEDGER_ROWS") ?? "300000", CultureInfo.InvariantCulture);

    /// <summary>What a call waits for: the queue, not the disk.</summary>
    public static IEnumerable<Gate> HandOver()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = new UsageLedgerOptions { QueueCapacity = 1_000_000 };
        var record = LedgerRecords.Numbered(1, TimeProvider.System.GetUtcNow());
        var least = double.MaxValue;
        for (var round = 0; round < Times; round++)
        {
            using var ledger = new InMemoryUsageLedger(options, TimeProvider.System);
            using var pipeline = new UsagePipeline(ledger, options, services.GetRequiredService<IMeterFactory>(), NullLoggerFactory.Instance, TimeProvider.System);
            for (var i = 0; i < 10_000; i++)
                pipeline.Post(record);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20_000; i++)
                pipeline.Post(record);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalNanoseconds / 20_000);
        }
        yield return new Gate("ledger: handing a record over, 20,000 in a row", 200, least, "ns", 0.25);
    }

    /// <summary>Beside a table that someone would make by hand: a key of the id, an index of the time, the names as texts.</summary>
    public static IEnumerable<Gate> Sqlite()
    {
        var folder = Directory.CreateTempSubdirectory("aitelemetry-bench-");
        try
        {
            var now = TimeProvider.System.GetUtcNow();
            foreach (var gate in AsTheyCome(folder.FullName, now.AddHours(-6)))
                yield return gate;
            var (ours, theirs) = (Path.Combine(folder.FullName, "usage.db"), Path.Combine(folder.FullName, "plain.db"));
            using var ledger = At(ours);
            using var plain = new PlainTable(theirs);
            var next = 0;
            while (next < Rows)
                Both(ledger, plain, 1000, [], [], () => LedgerRecords.Ordered(next++, Rows, now));
            UsageRecord Next() => LedgerRecords.Numbered(next++, now);
            yield return Append(ledger, plain, 1000, 90, 0.8, Next, ", each in another minute");
            yield return Append(ledger, plain, 100, 180, 0.9, Next, ", each in another minute");
            yield return Ask(ledger, plain, now, out var milliseconds);
            yield return new Gate("ledger: cost by model of the last 24 hours", 20, milliseconds, "ms", 0.25);
            plain.Checkpoint();
            ledger.Dispose();
            yield return new Gate("ledger: bytes a row to the plain table's", 1.3, (double)new FileInfo(ours).Length / new FileInfo(theirs).Length, "x",
                Note: string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(ours).Length / next} to {new FileInfo(theirs).Length / next} B"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Appends as an app makes them, and pruning them ten days later.</summary>
    static IEnumerable<Gate> AsTheyCome(string folder, DateTimeOffset first)
    {
        var time = new MovedTime();
        using var ledger = At(Path.Combine(folder, "live.db"), time);
        using var plain = new PlainTable(Path.Combine(folder, "live-plain.db"));
        var next = 0;
        UsageRecord Next() => LedgerRecords.AsTheyCome(next++, first);
        yield return Append(ledger, plain, 1000, 200, 0.8, Next, "");
        yield return Append(ledger, plain, 100, 600, 0.9, Next, "");
        time.Ahead = TimeSpan.FromDays(10);
        ledger.AppendAsync([.. Enumerable.Range(8, 3).Select(day => LedgerRecords.AsTheyCome(0, first.AddDays(day)))]).AsTask().GetAwaiter().GetResult();
        var steps = new List<double>();
        for (var (more, start) = (true, Stopwatch.GetTimestamp()); more; start = Stopwatch.GetTimestamp())
        {
            more = ledger.PruneAsync(default).AsTask().GetAwaiter().GetResult();
            steps.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        steps.Sort();
        if (steps.Count < 100)
            throw new InvalidOperationException($"Of {next} rows {steps.Count} steps of pruning were measured.");
        yield return new Gate("ledger: a step of pruning, which a commit may wait for", 50, steps[steps.Count / 2], "ms", 0.25,
            Note: string.Create(CultureInfo.InvariantCulture, $"median of {steps.Count} steps of 500 rows, the longest {steps[^1]:N1} ms"));
    }

    static SqliteUsageLedger At(string path, TimeProvider? time = null) => new(path, new UsageLedgerOptions(), NullLogger.Instance, time ?? TimeProvider.System);

    /// <summary>The median commit of each side: what a sync takes differs by half from one to the next, and now and then one waits for a checkpoint.</summary>
    static Gate Append(SqliteUsageLedger ledger, PlainTable plain, int together, int commits, double goal, Func<UsageRecord> next, string which)
    {
        var (ours, theirs) = (new List<TimeSpan>(commits), new List<TimeSpan>(commits));
        for (var commit = 0; commit < commits; commit++)
            Both(ledger, plain, together, ours, theirs, next);
        ours.Sort();
        theirs.Sort();
        var (our, their) = (ours[commits / 2], theirs[commits / 2]);
        return Gate.Ratio($"ledger: appends, {together} a commit{which}, to a plain table's", goal, their / our, string.Create(CultureInfo.InvariantCulture,
            $"{together / our.TotalSeconds:N0} to {together / their.TotalSeconds:N0} rows/s; the quickest tenth {theirs[commits / 10] / ours[commits / 10]:N3} x"), atLeast: true);
    }

    static void Both(SqliteUsageLedger ledger, PlainTable plain, int together, List<TimeSpan> ours, List<TimeSpan> theirs, Func<UsageRecord> next)
    {
        var records = new UsageRecord[together];
        for (var i = 0; i < together; i++)
            records[i] = next();
        var isFirst = ours.Count % 2 == 0; // who comes second finds the records in the processor's cache
        if (isFirst)
            ours.Add(Measured(() => ledger.AppendAsync(records).AsTask().GetAwaiter().GetResult()));
        theirs.Add(Measured(() => plain.Append(records)));
        if (!isFirst)
            ours.Add(Measured(() => ledger.AppendAsync(records).AsTask().GetAwaiter().GetResult()));
    }

    static TimeSpan Measured(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    static Gate Ask(SqliteUsageLedger ledger, PlainTable plain, DateTimeOffset now, out double milliseconds)
    {
        var query = new UsageQuery { From = now.AddHours(-24), To = now, GroupBy = [UsageDimension.Model], Measures = [UsageMeasure.CostUsd] };
        var (ours, theirs) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Times; round++)
        {
            var start = Stopwatch.GetTimestamp();
            ledger.QueryAsync(query).AsTask().GetAwaiter().GetResult();
            var our = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            plain.CostByModel(now.AddHours(-24), now);
            var their = Stopwatch.GetElapsedTime(start);
            (ours, theirs) = (our < ours ? our : ours, their < theirs ? their : theirs);
        }
        milliseconds = ours.TotalMilliseconds;
        return Gate.Ratio("ledger: cost by model of the last 24 hours, to an indexed scan of the rows", 0.05, ours / theirs,
            string.Create(CultureInfo.InvariantCulture, $"{ours.TotalMilliseconds:N2} to {theirs.TotalMilliseconds:N2} ms"));
    }
}
