using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiTelemetry.Storage.Tests;

public class KillTests
{
    const int AcknowledgedBeforeKill = 40;

    /// <summary>A process that appends is killed in the middle, again and again; what it told to be durable, over a pipe, is compared with the file.</summary>
    [Fact]
    public async Task A_process_killed_again_and_again_loses_nothing_it_acknowledged_and_counts_nothing_twice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("AITELEMETRY_KILLS") ?? "4", CultureInfo.InvariantCulture);
        using var folder = new TempFolder();
        var path = folder.File("usage.db");
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);
        var acknowledged = new HashSet<int>();
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            var from = Math.Max(0, acknowledged.Count == 0 ? 0 : acknowledged.Max() - 30); // what may not have been acknowledged is appended again
            await RunAndKillAsync(path, start, from, random.Next(1, AcknowledgedBeforeKill), acknowledged);
        }

        using var ledger = new SqliteUsageLedger(path, new UsageLedgerOptions(), NullLogger.Instance, TimeProvider.System);
        var rows = await ledger.RowsAsync(start.AddDays(-1), start.AddDays(1), default);
        var ids = rows.Select(row => row.Id).ToHashSet();
        Assert.Equal(rows.Count, ids.Count);
        Assert.Equal(0, acknowledged.Count(number => !ids.Contains(Numbered(number, start).Id)));
        var totals = Assert.Single(await ledger.QueryAsync(new UsageQuery { From = start.AddDays(-1), To = start.AddDays(1) })).Totals;
        Assert.Equal((rows.Count, rows.Sum(row => row.Usage.Input), rows.Sum(row => row.Cost.Usd)), (totals.Calls, totals.Tokens(TokenKind.Input), totals.CostUsd));
        var sums = await ledger.RollUpsAsync(default);
        await ledger.RebuildAsync(null, default);
        LedgerSuite.AssertSame(sums, await ledger.RollUpsAsync(default));
        Assert.True(acknowledged.Count >= kills);
    }

    internal static UsageRecord Numbered(int number, DateTimeOffset start)
    {
        var at = start.AddMilliseconds(number);
        return Records.Call(at, usd: 0.000001m * number, id: Records.Id(new Random(number), at)) with { Usage = new TokenUsage { Input = number, Output = 1 } };
    }

    static async Task RunAndKillAsync(string path, DateTimeOffset start, int from, int acknowledgements, HashSet<int> acknowledged)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["exec", typeof(KillTests).Assembly.Location, path, start.Ticks.ToString(CultureInfo.InvariantCulture), from.ToString(CultureInfo.InvariantCulture)])
            info.ArgumentList.Add(argument);
        using var process = Process.Start(info)!;
        var seen = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            acknowledged.Add(int.Parse(line, CultureInfo.InvariantCulture)); // those told before the kill and read after it are acknowledged, too
            if (++seen == acknowledgements)
                process.Kill();
        }
        await process.WaitForExitAsync();
        Assert.True(seen >= acknowledgements, $"The process ended by itself after {seen} records.");
    }
}
