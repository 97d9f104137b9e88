using System.Globalization;
using AiTelemetry.Storage.Tests.PostgreSql;
using Xunit.Abstractions;

namespace AiTelemetry.Storage.Tests.Faults;

[Trait("Category", "Components")]
public class LostAnswersTests(ITestOutputHelper figures)
{
    [PostgreSqlFact]
    public async Task Where_three_of_ten_answers_are_lost_and_clients_try_again_counts_and_sums_are_exact()
    {
        var count = FaultRecords.Setting("AITELEMETRY_LOST_RECORDS", 2000);
        using var server = new PostgreSqlServer();
        var database = await server.NewDatabaseAsync();
        using var connection = new LossyConnection(server.Socket, lostOfHundred: 30);
        var lossy = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={connection.Port};Database={database.Split("Database=")[1]}");
        var start = TimeProvider.System.GetUtcNow().AddHours(-2);
        var batches = Enumerable.Range(1, count).Chunk(50).ToArray();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            using var client = new PostgreSqlUsageLedger(lossy, new UsageLedgerOptions(), TimeProvider.System);
            while (Interlocked.Increment(ref next) is var place && place < batches.Length)
            {
                var records = Array.ConvertAll(batches[place], number => FaultRecords.Numbered(number, start));
                for (var tries = 1; ; tries++)
                {
                    try
                    {
                        Assert.Equal(records.Length, await client.AppendAsync(records) is var result ? result.Added + result.Known : 0);
                        break;
                    }
                    catch (UsageLedgerException) when (tries < 100)
                    {
                        // As a client would: the same records again.
                    }
                }
            }
        }));

        using var direct = new PostgreSqlUsageLedger(database, new UsageLedgerOptions(), TimeProvider.System);
        var totals = Assert.Single(await direct.QueryAsync(new UsageQuery { From = start.AddDays(-1), To = start.AddDays(1) })).Totals;
        Assert.Equal((count, (long)count * (count + 1) / 2, 0.000001m * count * (count + 1) / 2), (totals.Calls, totals.Tokens(TokenKind.Input), totals.CostUsd));
        Assert.Empty(await direct.CheckAsync(null, default));
        Assert.True(connection.Lost > 0);
        figures.WriteLine($"{count} records, {connection.Lost} answers lost; counts and sums exact.");
    }
}
