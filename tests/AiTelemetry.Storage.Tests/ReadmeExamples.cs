using System.Globalization;
using System.Text;
using AiTelemetry.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Storage.Tests;

/// <summary>The code of the README, run.</summary>
public sealed class ReadmeExamples : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_with_a_SQLite_ledger_answers_what_its_calls_cost_also_after_it_was_started_again()
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Reply(new FakeReply { InputTokens = 1000, OutputTokens = 200 }, new FakeReply { InputTokens = 10, OutputTokens = 5 });
        for (var start = 1; start <= 2; start++)
        {
            using var host = Build(services =>
            {
                var path = _folder.File("usage.db");
                // #region snippet-sqlite-ledger
                services.AddAiTelemetry().AddSqliteLedger(path);
                // #endregion
                services.Configure<AiTelemetryOptions>(options => options.MapHost(fake.OpenAi.Authority, "openai"));
            });
            await host.StartAsync();
            await CallAsync(host, fake);
            await host.StopAsync();

            var ledger = host.Services.GetRequiredService<UsageLedger>();
            var now = TimeProvider.System.GetUtcNow();
            // #region snippet-ledger-query
            var rows = await ledger.QueryAsync(new UsageQuery
            {
                From = now.AddHours(-24),
                To = now.AddMinutes(1),
                GroupBy = [UsageDimension.Provider, UsageDimension.Model],
                Measures = [UsageMeasure.Calls, UsageMeasure.CostUsd, UsageMeasure.P95Seconds],
            });
            foreach (var row in rows)
                Console.WriteLine($"{row.Group[0]} {row.Group[1]}: {row[UsageMeasure.Calls]} calls, {row[UsageMeasure.CostUsd]} USD");
            // #endregion

            var (calls, usd) = (rows.Sum(row => row[UsageMeasure.Calls]), rows.Sum(row => row[UsageMeasure.CostUsd]));
            Assert.Equal(start, calls);
            Assert.True(usd > 0);
        }
    }

    [Fact]
    public async Task A_host_starts_without_its_PostgreSQL_server_and_keeps_its_records_in_the_outbox()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var host = Build(services =>
        {
            var outboxPath = _folder.File("usage-outbox.db");
            var connectionString = string.Create(CultureInfo.InvariantCulture, $"Host={_folder.File("no-server")};Database=usage;Username=app");
            // #region snippet-postgresql-ledger
            services.AddAiTelemetry().AddPostgreSqlLedger(connectionString, outboxPath);
            // #endregion
            services.Configure<AiTelemetryOptions>(options => options.MapHost(fake.OpenAi.Authority, "openai"));
        });
        await host.StartAsync();
        using var recorder = new TelemetryRecorder(host.Services);
        await CallAsync(host, fake);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();

        Assert.Empty(recorder.OffCatalogue);
        using var outbox = new Outbox.RecordOutbox(_folder.File("usage-outbox.db"), 1 << 20, TimeProvider.System.GetUtcNow());
        Assert.Equal("openai", Assert.Single(outbox.Oldest(10)).Record!.Provider);
    }

    static IHost Build(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        configure(builder.Services);
        return builder.Build();
    }

    static async Task CallAsync(IHost host, FakeProvider fake)
    {
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var content = new StringContent("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}]}""", Encoding.UTF8, "application/json");
        (await client.PostAsync(new Uri(fake.OpenAi, "v1/chat/completions"), content)).Dispose();
    }
}
