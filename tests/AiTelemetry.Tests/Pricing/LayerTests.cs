namespace AiTelemetry.Tests.Pricing;

public class LayerTests
{
    static readonly TokenUsage Million = new() { Input = 1_000_000, Output = 0 };

    [Fact]
    public void The_highest_layer_wins_and_the_others_hold_where_it_says_nothing()
    {
        using var folder = new TempFolder();
        var options = new PriceCatalogOptions
        {
            OverrideFile = folder.Write("mine.json", """{ "models": [ { "provider": "openai", "model": "gpt-4o", "rates": { "input": 7, "output": 1 } }, { "provider": "x", "model": "in-both", "rates": { "input": 8, "output": 1 } } ] }"""),
            LiteLlmFile = folder.Write("litellm.json", """{ "x/in-both": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 }, "x/theirs": { "litellm_provider": "x", "input_cost_per_token": 5e-06, "output_cost_per_token": 1e-06 } }"""),
        };
        options.Overrides.Add(new() { Provider = "openai", Model = "gpt-4o-mini", Input = 9, Output = 1 });
        var catalog = new PriceCatalog(options);

        Assert.Equal((9m, "options"), Answer(catalog, "openai", "gpt-4o-mini"));
        Assert.Equal((7m, "mine.json"), Answer(catalog, "openai", "gpt-4o"));
        Assert.Equal((7m, "mine.json"), Answer(catalog, "openai", "gpt-4o-2024-08-06"));
        Assert.Equal((8m, "mine.json"), Answer(catalog, "x", "in-both"));
        Assert.Equal((5m, "litellm"), Answer(catalog, "x", "theirs"));
        Assert.Equal("embedded", Answer(catalog, "anthropic", "claude-haiku-4-5").Source);
    }

    [Fact]
    public void An_override_from_a_date_leaves_the_time_before_to_the_layer_below()
    {
        var catalog = Catalogs.Of("""{ "models": [ { "provider": "openai", "model": "gpt-4o", "prices": [ { "from": "2026-08-01", "rates": { "input": 7, "output": 1 } } ] } ] }""");

        Assert.Equal("embedded", catalog.Price("openai", "gpt-4o", Million, new DateTimeOffset(2026, 7, 31, 0, 0, 0, TimeSpan.Zero)).Source);
        Assert.Equal(7m, catalog.Price("openai", "gpt-4o", Million, Catalogs.Noon).Usd);
    }

    [Fact]
    public void A_file_is_picked_up_while_running_and_its_former_prices_stay_for_calls_before()
    {
        using var folder = new TempFolder();
        var clock = new StoppedClock(Catalogs.Noon);
        var told = new List<PriceReload>();
        var file = folder.Write("mine.json", File("2"));
        var catalog = new PriceCatalog(new PriceCatalogOptions { OverrideFile = file, OnReload = told.Add }, clock);
        Assert.Equal(2m, Usd(catalog, clock.GetUtcNow()));
        Assert.Empty(catalog.Refresh());

        clock.Move(TimeSpan.FromHours(1));
        folder.Write("mine.json", File("3"));
        catalog.Refresh();

        Assert.Equal(3m, Usd(catalog, clock.GetUtcNow()));
        Assert.Equal(2m, Usd(catalog, clock.GetUtcNow() - TimeSpan.FromTicks(1)));
        Assert.Equal(new PriceReload(file, null, 1), Assert.Single(told));

        clock.Move(TimeSpan.FromHours(1));
        folder.Write("mine.json", "{}");
        catalog.Refresh();
        Assert.Null(Usd(catalog, clock.GetUtcNow()));
        Assert.Equal(3m, Usd(catalog, clock.GetUtcNow() - TimeSpan.FromMinutes(1)));
        Assert.Equal(2m, Usd(catalog, clock.GetUtcNow() - TimeSpan.FromMinutes(61)));

        static string File(string rate) => $$"""{ "models": [ { "provider": "acme", "model": "m", "rates": { "input": {{rate}}, "output": 1 } } ] }""";
        static decimal? Usd(PriceCatalog catalog, DateTimeOffset at) => catalog.Price("acme", "m", Million, at).Usd;
    }

    [Fact]
    public void A_file_that_broke_or_vanished_leaves_the_former_prices_in_use_and_is_told_once()
    {
        using var folder = new TempFolder();
        var told = new List<PriceReload>();
        var file = folder.Write("mine.json", Catalogs.Invented);
        var catalog = new PriceCatalog(new PriceCatalogOptions { OverrideFile = file, OnReload = told.Add });

        folder.Write("mine.json", Catalogs.Invented[..^20]);
        catalog.Refresh();
        catalog.Refresh();
        Assert.Contains("not valid JSON", Assert.Single(told).Error!.Message);
        Assert.Equal(2m, catalog.Price("acme", "dated", Million, Catalogs.Noon).Usd / 2);

        System.IO.File.Delete(file);
        catalog.Refresh();
        catalog.Refresh();
        Assert.Equal(2, told.Count);

        folder.Write("mine.json", Catalogs.Invented.Replace("\"input\": 3, \"output\": 9", "\"input\": 5, \"output\": 9"));
        catalog.Refresh();
        Assert.Null(told[^1].Error);
        Assert.Equal(5m, catalog.Price("acme", "bare", Million, DateTimeOffset.MaxValue).Usd);
    }

    [Fact]
    public void A_file_that_lost_most_of_its_keys_is_refused_and_one_that_lost_few_deletes_nothing()
    {
        using var folder = new TempFolder();
        var file = folder.Write("litellm.json", Rows(10));
        var catalog = new PriceCatalog(new PriceCatalogOptions { LiteLlmFile = file });

        folder.Write("litellm.json", Rows(6));
        Assert.Contains("lost 4 of its 10 keys", Assert.Single(catalog.Refresh()).Error!.Message);
        Assert.Equal(1m, catalog.Price("x", "m9", Million, Catalogs.Noon).Usd);

        folder.Write("litellm.json", Rows(7));
        Assert.Null(Assert.Single(catalog.Refresh()).Error);
        Assert.Equal(1m, catalog.Price("x", "m9", Million, Catalogs.Noon).Usd);

        static string Rows(int count) => "{" + string.Join(",", Enumerable.Range(0, count).Select(i => $$""" "x/m{{i}}": { "litellm_provider": "x", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 } """)) + "}";
    }

    [Fact]
    public async Task Watching_looks_at_the_file_at_every_tick_and_ends_when_stopped()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        var clock = new StoppedClock(Catalogs.Noon);
        var told = new TaskCompletionSource<PriceReload>(TaskCreationOptions.RunContinuationsAsynchronously);
        var file = folder.Write("mine.json", Catalogs.Invented);
        var catalog = new PriceCatalog(new PriceCatalogOptions { OverrideFile = file, OnReload = r => told.TrySetResult(r) }, clock);
        var watching = catalog.WatchAsync(stop.Token);

        folder.Write("mine.json", Catalogs.Invented.Replace("\"input\": 3, \"output\": 9", "\"input\": 5, \"output\": 9"));
        clock.Move(TimeSpan.FromSeconds(5));

        Assert.Null((await told.Task).Error);
        await stop.CancelAsync();
        await watching;
        await PriceCatalog.Default.WatchAsync(CancellationToken.None);
    }

    [Fact]
    public void Prices_can_be_read_while_they_are_replaced()
    {
        using var folder = new TempFolder();
        var file = folder.Write("mine.json", Catalogs.Invented);
        var catalog = new PriceCatalog(new PriceCatalogOptions { OverrideFile = file });
        var usage = new TokenUsage { Input = 100, Output = 0 };

        Parallel.For(0, 200, i =>
        {
            if (i % 20 == 0)
            {
                lock (folder)
                    folder.Write("mine.json", Catalogs.Invented + new string(' ', i));
                catalog.Refresh();
            }

            Assert.Equal(0.0003m, catalog.Price("acme", "bare", usage, DateTimeOffset.MaxValue).Usd);
        });
    }

    static (decimal?, string? Source) Answer(PriceCatalog catalog, string provider, string model)
    {
        var cost = catalog.Price(provider, model, Million, Catalogs.Noon);
        return (cost.Usd, cost.Source);
    }
}
