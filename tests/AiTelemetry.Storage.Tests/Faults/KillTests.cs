using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Storage.Tests.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>A process that appends is killed in the middle, again and again; what it told to be durable, over a pipe, is compared with the ledger.</summary>
public class KillTests(ITestOutputHelper figures)
{
    const int AcknowledgedBeforeKill = 60;

    /// <summary>How many numbers before the last one are appended again: more than are under way at a time, and fewer than any process adds.</summary>
    const int Again = 10;

    readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow().AddHours(-1);
    readonly HashSet<int> _acknowledged = [];
    TimeSpan _longestStart;

    static int Kills => FaultRecords.Setting("AITELEMETRY_KILLS", 4);

    [Fact]
    public async Task A_process_killed_again_and_again_loses_nothing_it_acknowledged_and_counts_nothing_twice()
    {
        using var folder = new TempFolder();
        await RunAndKillAsync(folder.File("usage.db"));

        using var ledger = new SqliteUsageLedger(folder.File("usage.db"), new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
        await FaultRecords.AssertAllAreCountedOnceAsync(ledger, _acknowledged, _start);
    }

    [PostgreSqlFact]
    [Trait("Category", "Components")]
    public async Task The_same_on_a_server()
    {
        using var server = new PostgreSqlServer();
        var database = await server.NewDatabaseAsync();
        await RunAndKillAsync(database);

        using var ledger = new PostgreSqlUsageLedger(database, new UsageLedgerOptions(), TimeProvider.System);
        await FaultRecords.AssertAllAreCountedOnceAsync(ledger, _acknowledged, _start);
    }

    async Task RunAndKillAsync(string ledger)
    {
        var random = new Random(Kills);
        for (var kill = 0; kill < Kills; kill++)
        {
            var from = Math.Max(0, _acknowledged.Count == 0 ? 0 : _acknowledged.Max() - Again); // what may not have been acknowledged is appended again
            await RunAndKillAsync(FaultRecords.Appender("flood", ledger, _start, from, 0), random.Next(2 * Again, AcknowledgedBeforeKill));
        }
        Assert.True(_acknowledged.Count >= Kills * Again / 2, $"Only {_acknowledged.Count} records were appended.");
        figures.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Kills} kills, {_acknowledged.Count} acknowledged, first acknowledgement after at most {_longestStart.TotalSeconds:N2} s from the start of the process."));
    }

    async Task RunAndKillAsync(string[] command, int acknowledgements)
    {
        var began = TimeProvider.System.GetTimestamp();
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(info)!;
        var seen = 0;
        await foreach (var (_, number) in FaultRecords.ToldAsync(process))
        {
            _acknowledged.Add(number); // those told before the kill and read after it are acknowledged, too
            if (++seen == 1 && TimeProvider.System.GetElapsedTime(began) is var taken && taken > _longestStart)
                _longestStart = taken;
            if (seen == acknowledgements)
                process.Kill();
        }
        Assert.True(seen >= acknowledgements, $"The process ended by itself after {seen} records.");
    }
}
