using System.Diagnostics;
using System.Net;
using System.Text;
using AiTelemetry.Calls;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Calls;

public class ModelNameTests
{
    [Fact]
    public async Task Metrics_have_the_canonical_name_where_span_and_record_have_the_exact_one()
    {
        using var app = new TestApp();
        var atStart = "";
        var ours = Telemetry(app).Source;
        using var starts = new ActivityListener { ShouldListenTo = source => source == ours, ActivityStarted = activity => atStart += activity.GetTagItem("gen_ai.request.model") };
        ActivitySource.AddActivityListener(starts);
        await AskAsync(app, "gpt-4o-mini-2024-07-18", "ft:gpt-4o-mini-2024-07-18:acme::9f2");

        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(("gpt-4o-mini-2024-07-18", "ft:gpt-4o-mini-2024-07-18:acme::9f2"), (record.RequestModel, record.ResponseModel));
        var span = Assert.Single(app.Recorder.Spans);
        Assert.Equal("chat gpt-4o-mini-2024-07-18", span.DisplayName);
        Assert.Equal("gpt-4o-mini-2024-07-18", span.GetTagItem("gen_ai.request.model"));
        Assert.Equal("ft:gpt-4o-mini-2024-07-18:acme::9f2", span.GetTagItem("gen_ai.response.model"));
        Assert.Equal("gpt-4o-mini-2024-07-18", atStart);
        Assert.Equal(["ft:gpt-4o-mini"], Values(app, "model"));
        Assert.Equal(["gpt-4o-mini"], Values(app, "gen_ai.request.model"));
        Assert.Equal(["ft:gpt-4o-mini"], Values(app, "gen_ai.response.model"));
    }

    [Fact]
    public async Task A_date_that_costs_the_same_opens_no_series_and_one_that_costs_otherwise_does()
    {
        using var app = new TestApp();
        foreach (var model in (string[])["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20", "gpt-4o-2024-05-13"])
            await AskAsync(app, model, model);
        Assert.Equal(["gpt-4o", "gpt-4o-2024-05-13"], Values(app, "model"));
        Assert.Equal(3, app.Recorder.Count("llm_provider_request_seconds", ("model", "gpt-4o")));
    }

    [Fact]
    public async Task Behind_a_host_without_a_name_the_format_says_whose_prices_decide()
    {
        using var app = new TestApp();
        await AskAsync(app, "gpt-4o-2024-08-06", "gpt-4o-2024-08-06", "http://localhost/v1/chat/completions");
        Assert.Equal(["gpt-4o"], Values(app, "model"));
        Assert.Equal(["other"], Values(app, "provider"));
    }

    [Fact]
    public async Task Names_beyond_the_cap_are_other_and_those_within_it_stay_themselves()
    {
        using var app = new TestApp(options => options.MaxModels = 2);
        for (var i = 0; i < 100; i++)
            await AskAsync(app, $"junk-{i}", $"junk-{i}");
        await AskAsync(app, "junk-1", "junk-1");
        Assert.Equal(["junk-0", "junk-1", "other"], Values(app, "model"));
        Assert.Equal(2, app.Recorder.Count("llm_provider_request_seconds", ("model", "junk-1")));
        Assert.Equal("junk-99", app.Recorder.Calls[99].ResponseModel);
    }

    [Fact]
    public async Task Prices_read_again_decide_anew()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            File.WriteAllText(file, Prices("some-model", 3));
            using var app = new TestApp(options => options.Prices.OverrideFile = file);
            await AskAsync(app, "gpt-4o-mini-2024-07-18", "gpt-4o-mini-2024-07-18");
            File.WriteAllText(file, Prices("gpt-4o-mini-2024-07-18", 77.25m));
            Assert.Null(Assert.Single(Telemetry(app).Prices.Refresh()).Error);
            await AskAsync(app, "gpt-4o-mini-2024-07-18", "gpt-4o-mini-2024-07-18");
            Assert.Equal(["gpt-4o-mini", "gpt-4o-mini-2024-07-18"], Values(app, "model"));
        }
        finally
        {
            File.Delete(file);
        }

        static string Prices(string model, decimal input) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $$"""{ "models": [ { "provider": "openai", "model": "{{model}}", "rates": { "input": {{input}}, "output": 1 } } ] }""");
    }

    static CallTelemetry Telemetry(TestApp app) => app.Services.GetRequiredService<CallTelemetry>();

    static string[] Values(TestApp app, string tag) =>
        [.. app.Recorder.Measurements.Select(m => m.Tag(tag)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    static async Task AskAsync(TestApp app, string asked, string answered, string url = "https://api.openai.com/v1/chat/completions")
    {
        using var client = app.Client(_ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("""{"id":"1","model":"MODEL","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""".Replace("MODEL", answered, StringComparison.Ordinal)),
        });
        using var response = await client.PostAsync(url, new StringContent($$"""{"model":"{{asked}}","messages":[]}""", Encoding.UTF8, "application/json"));
    }
}
