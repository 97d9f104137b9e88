using System.Globalization;

namespace AiTelemetry.Storage.Tests.Faults;

/// <summary>Records known by a number, and whether a ledger has those it told to be durable.</summary>
internal static class FaultRecords
{
    public static UsageRecord Numbered(int number, DateTimeOffset start)
    {
        var at = start.AddMilliseconds(number);
        return Records.Call(at, usd: 0.000001m * number, id: Records.Id(new Random(number), at)) with { Usage = new TokenUsage { Input = number, Output = 1 } };
    }

    /// <summary>A number from the environment, for the long form of a test.</summary>
    public static int Setting(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>The command of the process that appends.</summary>
    public static string[] Appender(string mode, string ledger, DateTimeOffset start, int from, int count) =>
        ["dotnet", "exec", typeof(FaultRecords).Assembly.Location, mode, ledger, start.Ticks.ToString(CultureInfo.InvariantCulture), from.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Fails unless every acknowledged record is there, once, and counted once.</summary>
    public static async Task AssertAllAreCountedOnceAsync<T>(T ledger, IReadOnlyCollection<int> acknowledged, DateTimeOffset start)
        where T : UsageLedger, IMovableLedger
    {
        var rows = await ledger.RowsAsync(start.AddDays(-1), start.AddDays(1), default);
        var ids = rows.Select(row => row.Id).ToHashSet();
        Assert.Equal(rows.Count, ids.Count);
        Assert.Equal([], acknowledged.Where(number => !ids.Contains(Numbered(number, start).Id)));
        var totals = Assert.Single(await ledger.QueryAsync(new UsageQuery { From = start.AddDays(-1), To = start.AddDays(1) })).Totals;
        Assert.Equal((rows.Count, rows.Sum(row => row.Usage.Input) ?? 0, rows.Sum(row => row.Cost.Usd) ?? 0), (totals.Calls, totals.Tokens(TokenKind.Input) ?? 0, totals.CostUsd ?? 0));
        Assert.Empty(await ledger.CheckAsync(null, default));
    }
}
