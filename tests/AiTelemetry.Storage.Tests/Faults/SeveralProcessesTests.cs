using System.Diagnostics;
using System.Globalization;
using AiTelemetry.Storage.Tests.PostgreSql;
using Xunit.Abstractions;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>Processes that write to one server at once, half of their records the same.</summary>
[Trait("Category", "Components")]
public class SeveralProcessesTests(ITestOutputHelper figures)
{
    [PostgreSqlFact]
    public async Task Processes_that_write_the_same_records_at_once_count_each_once_and_none_sees_an_error()
    {
        var processes = FaultRecords.Setting("AITELEMETRY_PG_WRITERS", 2);
        var half = FaultRecords.Setting("AITELEMETRY_PG_RECORDS", 300) / 2;
        using var server = new PostgreSqlServer();
        var database = await server.NewDatabaseAsync();
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);

        var began = TimeProvider.System.GetTimestamp();
        var told = await Task.WhenAll(Enumerable.Range(1, processes).Select(node => WriteAsync(FaultRecords.Appender("half", database, start, 1 + (node * half), 2 * half))));
        var took = TimeProvider.System.GetElapsedTime(began);

        Assert.All(told, numbers => Assert.Equal(2 * half, numbers.Count));
        using var ledger = new PostgreSqlUsageLedger(database, new UsageLedgerOptions(), TimeProvider.System);
        await FaultRecords.AssertAllAreCountedOnceAsync(ledger, [.. told.SelectMany(static numbers => numbers).Distinct()], start);
        var rows = (await ledger.RowsAsync(start.AddDays(-1), start.AddDays(1), default)).Count;
        Assert.Equal((processes + 1) * half, rows);
        figures.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{processes} processes, {2 * half} records each, {rows} distinct ids, {rows} rows, in {took.TotalSeconds:N1} s."));
    }

    static async Task<List<int>> WriteAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var numbers = new List<int>();
        await foreach (var (_, number) in FaultRecords.ToldAsync(process))
            numbers.Add(number);
        Assert.Equal(0, process.ExitCode);
        return numbers;
    }
}
