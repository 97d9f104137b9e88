using System.Diagnostics;
using System.Text.RegularExpressions;
using AiTelemetry.Catalog;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>The figures on our own page against what the fake provider sent.</summary>
[Collection(AloneInTheProcess.Name)]
public partial class ServedFiguresTests
{
    [Fact]
    public async Task Under_mixed_load_tokens_are_what_was_sent_and_the_cost_is_what_was_recorded()
    {
        await using var app = await CalledApp.StartAsync();
        (string Provider, string Model)[] targets =
            [("openai", "gpt-4o"), ("openai", "gpt-4o-mini"), ("anthropic", "claude-sonnet-4-5"), ("gemini", "gemini-2.5-flash"), ("openai", "in-house-model")];
        app.Fake.WhenCall(static request => new FakeReply
        {
            InputTokens = 1000 + request.Number * 7,
            CachedTokens = request.Number * 3,
            OutputTokens = 100 + request.Number,
            ReasoningTokens = request.Number % 90,
            Chunks = 4,
        });
        var calls = new ScriptedCalls(app);
        await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await calls.AskAsync(targets[i % targets.Length].Provider, targets[i % targets.Length].Model, stream: i % 2 == 0));

        var page = Page.Read(await app.ScrapeAsync());
        var caused = app.Fake.Calls.Select(call => new CausedCall(call, app.Prices)).ToArray();
        Assert.Equal(500, caused.Length);
        Assert.Equal(500, app.Records.Count);
        var sent = caused.SelectMany(call => new[] { (call.Provider, call.Model, Type: "prompt", Count: call.Usage.Input), (call.Provider, call.Model, Type: "completion", Count: call.Usage.Output) })
            .GroupBy(part => $"{part.Provider}|{part.Model}|{part.Type}", part => (double)part.Count!.Value).ToDictionary(group => group.Key, group => group.Sum(), StringComparer.Ordinal);
        Assert.Equal(Lines(sent), Lines(Series(page, "llm_provider_tokens_total", "provider", "model", "type")));
        var cost = app.Records.Where(record => record.Cost.Usd is not null).GroupBy(record => $"{record.Provider}|{record.ResponseModel}", record => record.Cost.Usd!.Value)
            .ToDictionary(group => group.Key, group => (double)group.Sum(), StringComparer.Ordinal);
        var served = Series(page, "llm_provider_cost_usd_total", "provider", "model");
        Assert.Equal(cost.Keys.Order(), served.Keys.Order());
        Assert.All(cost, model => Assert.Equal(model.Value, served[model.Key], 1e-7));
        Assert.Equal((double)caused.Sum(call => call.CostUsd ?? 0), served.Values.Sum(), 1e-7);
        Assert.Equal(100, Series(page, "llm_provider_unpriced_calls_total", "model")["in-house-model"]);
    }

    [Fact]
    public async Task Faults_of_every_door_are_at_0_on_the_first_page()
    {
        await using var app = await CalledApp.StartAsync();

        var faults = Series(Page.Read(await app.ScrapeAsync()), "aitelemetry_internal_faults_total", "door");

        Assert.Equal(Doors.All.Order(), faults.Keys.Order());
        Assert.All(faults.Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task Errors_of_every_kind_are_at_0_after_the_first_call_that_succeeds()
    {
        await using var app = await CalledApp.StartAsync();
        await new ScriptedCalls(app).AskAsync("openai", "gpt-4o", stream: false, new FakeReply());

        var errors = Series(Page.Read(await app.ScrapeAsync()), "llm_provider_errors_total", "provider", "model", "error_type");

        Assert.Equal(CallErrors.All.Select(error => $"openai|gpt-4o|{error}").Order(), errors.Keys.Order());
        Assert.All(errors.Values, value => Assert.Equal(0, value));
    }

    [ComponentFact("promtool")]
    [Trait("Category", "Components")]
    public async Task Promtool_finds_nothing_to_complain_about_in_the_whole_catalogue()
    {
        await using var app = await CalledApp.StartAsync();
        using var open = await new ScriptedCalls(app).EverythingAsync();
        await app.UseToolsAsync();
        var page = await app.ScrapeAsync();
        Assert.All(TelemetryCatalog.Metrics.Where(metric => metric.RecordedBy == "calls" && metric.Meter == TelemetryCatalog.MeterName),
            metric => Assert.Contains($"# TYPE {metric.Name} ", page, StringComparison.Ordinal));
        using var promtool = Process.Start(new ProcessStartInfo(ComponentFactAttribute.Find("promtool"), "check metrics")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.Equal("", said);
        Assert.Equal(0, promtool.ExitCode);
    }

    static Dictionary<string, double> Series(Page page, string metric, params string[] labels) => page.Samples.Where(sample => sample.Key.StartsWith(metric + "{", StringComparison.Ordinal))
        .ToDictionary(sample => string.Join('|', labels.Select(label => Label().Matches(sample.Key).Single(match => match.Groups["name"].Value == label).Groups["value"].Value)),
            sample => sample.Value, StringComparer.Ordinal);

    static string[] Lines(Dictionary<string, double> figures) => [.. figures.Select(figure => $"{figure.Key} {figure.Value:R}").Order(StringComparer.Ordinal)];

    [GeneratedRegex("(?<name>\\w+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
