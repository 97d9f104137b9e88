using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Benchmarks.Rig;
using AiTelemetry.Storage;
using AiTelemetry.Storage.Tests.PostgreSql;
using Npgsql;

namespace AiTelemetry.Benchmarks.Gates;

/// <summary>Appends to a server beside COPY of the same records into a table without key or index, which cannot tell a record that comes twice.</summary>
internal static class PostgreSqlGates
{
    const int Together = 1000;

    /// <summary>
    /// Of which the quickest counts: two processes take turns here, and other work of the machine can only come between. Many, as the runtime compiles what
    /// ran often only after a while.
    /// </summary>
    const int Commits = 400;

    public static IEnumerable<Gate> Appends()
    {
        if (PostgreSqlServer.Programs is null)
        {
            Console.WriteLine("       PostgreSQL is not installed, so its row is left out. Install with: eng/install-components.sh");
            yield break;
        }
        using var server = new PostgreSqlServer();
        var connection = server.NewDatabaseAsync().GetAwaiter().GetResult();
        using var ledger = new PostgreSqlUsageLedger(connection, new UsageLedgerOptions(), TimeProvider.System);
        using var plain = NpgsqlDataSource.Create(connection);
        using (var make = plain.CreateCommand(PlainCopy.Table))
            make.ExecuteNonQuery();
        var first = TimeProvider.System.GetUtcNow().AddHours(-6);
        var (ours, theirs) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var commit = 0; commit < Commits; commit++)
        {
            var records = new UsageRecord[Together];
            for (var i = 0; i < Together; i++)
                records[i] = LedgerRecords.AsTheyCome((commit * Together) + i, first);
            var start = Stopwatch.GetTimestamp();
            ledger.AppendAsync(records).AsTask().GetAwaiter().GetResult();
            var our = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            PlainCopy.AppendAsync(plain, records).GetAwaiter().GetResult();
            var their = Stopwatch.GetElapsedTime(start);
            (ours, theirs) = (our < ours ? our : ours, their < theirs ? their : theirs);
        }
        yield return Gate.Ratio("ledger: appends to PostgreSQL, 1,000 a commit, to COPY without an index", 0.5, theirs / ours,
            string.Create(CultureInfo.InvariantCulture, $"{Together / ours.TotalSeconds:N0} to {Together / theirs.TotalSeconds:N0} rows/s"), atLeast: true);
    }
}
