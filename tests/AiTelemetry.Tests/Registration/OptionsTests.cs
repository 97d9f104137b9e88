using AiTelemetry.Catalog;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiTelemetry.Tests.Registration;

/// <summary>Options are checked when the host starts, and bound what metrics name.</summary>
public class OptionsTests
{
    public static TheoryData<string, Action<AiTelemetryOptions>, string[]> Invalid { get; } = new()
    {
        { "no models", options => options.MaxModels = 0, ["MaxModels", "0", "1", "10000"] },
        { "too many models", options => options.MaxModels = 10_001, ["MaxModels", "10001", "10000"] },
        { "no dimension values", options => options.MaxDimensionValues = -7, ["MaxDimensionValues", "-7", "1", "10000"] },
        { "a negative read", options => options.MaxRequestBytesRead = -1, ["MaxRequestBytesRead", "-1", "0", "67108864"] },
        { "too short a timeout", options => options.Timeout = TimeSpan.Zero, ["Timeout", "00:00:00", "00:00:00.0010000", "1.00:00:00"] },
        { "too long a timeout", options => options.Timeout = TimeSpan.FromHours(25), ["Timeout", "1.01:00:00", "1.00:00:00"] },
        { "a negative tolerance", options => options.Prices.DriftTolerance = -0.01m, ["Prices.DriftTolerance", "-0.01", "0 to 1"] },
        { "a tolerance above the whole", options => options.Prices.DriftTolerance = 1.5m, ["Prices.DriftTolerance", "1.5", "0 to 1"] },
        { "a negative age of prices", options => options.Prices.StaleAfter = TimeSpan.FromDays(-1), ["Prices.StaleAfter", "-1.00:00:00"] },
        { "no time between looks at files", options => options.Prices.WatchInterval = TimeSpan.Zero, ["Prices.WatchInterval", "00:00:00", "1.00:00:00"] },
        { "rows kept for less than no time", options => options.Ledger.RowRetention = TimeSpan.FromDays(-1), ["Ledger.RowRetention", "-1.00:00:00", "1.00:00:00"] },
        { "records later than any sum is kept", options => (options.Ledger.MinuteRetention, options.Ledger.HourRetention, options.Ledger.DayRetention) = (TimeSpan.FromDays(2), TimeSpan.FromDays(3), TimeSpan.FromDays(4)), ["Ledger.LatenessWindow", "30.00:00:00", "4.00:00:00"] },
        { "an unknown dimension", options => options.Dimensions["colour"] = "red", ["Dimensions", "colour", "user, team, feature, session"] },
        { "an unknown dimension of metrics", options => options.MetricDimensions.Add("colour"), ["MetricDimensions", "colour", "user, team, feature, session"] },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task A_host_does_not_start_with_a_value_out_of_range_and_says_which_it_is_and_what_is_allowed(string what, Action<AiTelemetryOptions> configure, string[] said)
    {
        using var host = BuildHost(configure);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.NotEmpty(what);
        Assert.Single(refused.Failures);
        Assert.All(said, word => Assert.Contains(word, refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_value_out_of_range_is_said_at_once()
    {
        using var host = BuildHost(options => (options.MaxModels, options.MaxDimensionValues, options.Timeout) = (0, 0, TimeSpan.Zero));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(3, refused.Failures.Count());
    }

    [Fact]
    public async Task The_limits_themselves_are_allowed()
    {
        using var host = BuildHost(options =>
            (options.MaxModels, options.MaxDimensionValues, options.MaxRequestBytesRead, options.Timeout) = (1, 10_000, 0, TimeSpan.FromHours(24)));

        await host.StartAsync();
    }

    [Fact]
    public async Task Without_a_host_calls_pass_unmeasured_where_an_option_is_out_of_range()
    {
        var services = new ServiceCollection();
        services.AddAnsweredClient("llm");
        services.AddAiTelemetry(options => options.MaxModels = 0);
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("llm");
        using var request = Apps.Request();

        using var response = await client.SendAsync(request);

        Assert.Equal(Apps.Answer, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("", "openai")]
    [InlineData(" ", "openai")]
    [InlineData("llm.internal", "")]
    [InlineData("https://llm.internal", "openai")]
    [InlineData("llm.internal/v1", "openai")]
    public void A_mapped_host_is_a_host_and_its_provider_has_a_name(string host, string provider) =>
        Assert.Throws<ArgumentException>(() => new AiTelemetryOptions().MapHost(host, provider));

    [Fact]
    public async Task A_mapped_host_is_named_by_its_provider_with_its_port_or_at_any()
    {
        using var app = new TestApp(options => options.MapHost("llm.internal", "vllm").MapHost("LLM.internal:8001", "sglang"));
        using var client = app.Client(_ => Apps.Ok());

        foreach (var host in (string[])["llm.internal", "llm.internal:8000", "llm.internal:8001", "unknown.internal"])
        {
            using var request = Apps.Request();
            request.RequestUri = new Uri($"http://{host}/v1/chat/completions");
            using var response = await client.SendAsync(request);
        }

        Assert.Equal(["vllm", "vllm", "sglang", "other"], app.Recorder.Calls.Select(call => call.Provider));
    }

    [Fact]
    public async Task Dimensions_go_to_span_and_record_and_to_metrics_only_where_chosen()
    {
        using var app = new TestApp(options =>
        {
            options.Dimensions["user"] = "u-1";
            options.Dimensions["team"] = "search";
            options.MetricDimensions.Add("team");
        });
        using var client = app.Client(_ => Apps.Ok());

        await client.CallAsync();

        Assert.Equal(["u-1", "search"], new[] { "user", "team" }.Select(name => app.Recorder.Calls[0].Dimensions[name]));
        Assert.Equal(["u-1", "search"], new[] { "user", "team" }.Select(name => app.Recorder.Spans[0].GetTagItem(name)));
        Assert.All(app.Recorder.Measurements, measurement => Assert.Null(measurement.Tag("user")));
        var takers = TelemetryCatalog.Metrics.Where(metric => metric.TakesDimensions).Select(metric => metric.Name).ToArray();
        Assert.All(app.Recorder.Measurements, measurement => Assert.Equal(takers.Contains(measurement.Metric, StringComparer.Ordinal) ? "search" : null, measurement.Tag("team")));
        Assert.Equal(1, app.Recorder.Count(TelemetryCatalog.RequestSeconds.Name, ("team", "search")));
    }

    [Fact]
    public async Task Values_of_dimensions_over_the_cap_are_other_on_metrics_only()
    {
        using var app = new TestApp(options =>
        {
            options.MaxDimensionValues = 2;
            options.MetricDimensions.Add("user");
            options.EnrichCall = static call => call.SetDimension("user", string.Concat(call.Request.Headers.GetValues("x-user")));
        });
        using var client = app.Client(_ => Apps.Ok());

        foreach (var user in (string[])["a", "b", "c", "a"])
        {
            using var request = Apps.Request();
            request.Headers.Add("x-user", user);
            using var response = await client.SendAsync(request);
        }

        Assert.Equal(["a", "b", "other", "a"], app.Recorder.Measurements.Where(m => m.Metric == TelemetryCatalog.RequestSeconds.Name).Select(m => m.Tag("user")));
        Assert.Equal(["a", "b", "c", "a"], app.Recorder.Calls.Select(call => call.Dimensions["user"]));
        Assert.Equal(["a", "b", "c", "a"], app.Recorder.Spans.Select(span => span.GetTagItem("user")));
    }

    [Fact]
    public async Task Models_over_the_cap_are_other_on_metrics_only()
    {
        using var app = new TestApp(options => options.MaxModels = 2);
        using var client = app.Client(request => Apps.Ok("{}"));

        foreach (var model in (string[])["a", "b", "c", "a"])
            await client.CallAsync(model);

        Assert.Equal(["a", "b", "other", "a"], app.Recorder.Measurements.Where(m => m.Metric == TelemetryCatalog.RequestSeconds.Name).Select(m => m.Tag(TagKeys.Model)));
        Assert.Equal(["a", "b", "other", "a"], app.Recorder.Measurements.Where(m => m.Metric == TelemetryCatalog.GenAiDuration.Name).Select(m => m.Tag(TagKeys.RequestModel)));
        Assert.Equal(["a", "b", "c", "a"], app.Recorder.Calls.Select(call => call.RequestModel));
        Assert.Equal(["a", "b", "c", "a"], app.Recorder.Spans.Select(span => span.GetTagItem(TagKeys.RequestModel)));
        Assert.Equal(["chat a", "chat b", "chat c", "chat a"], app.Recorder.Spans.Select(span => span.DisplayName));
    }

    [Theory]
    [InlineData(false, "chat gpt-4o")]
    [InlineData(true, "llm.complete")]
    public async Task Compatibility_names_come_only_when_asked_for(bool wanted, string span)
    {
        using var app = new TestApp(options => options.CompatibilityNames = wanted);
        using var client = app.Client(_ => Apps.Ok());

        await client.CallAsync();

        var names = TelemetryCatalog.Metrics.Where(metric => metric.Meter == TelemetryCatalog.CompatibilityMeterName).Select(metric => metric.Name).ToArray();
        Assert.Equal(wanted, app.Recorder.Measurements.Any(measurement => names.Contains(measurement.Metric, StringComparer.Ordinal)));
        Assert.Equal(wanted ? 15 : 0, app.Recorder.Sum(TelemetryCatalog.McpAiTokens.Name));
        var told = Assert.Single(app.Recorder.Spans);
        Assert.Equal(("llm.complete", span), (told.OperationName, told.DisplayName));
        Assert.Equal(wanted ? "openai" : null, told.GetTagItem(TagKeys.Provider));
        Assert.Equal(wanted ? 10L : null, told.GetTagItem(TagKeys.PromptTokens));
    }

    static IHost BuildHost(Action<AiTelemetryOptions> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAiTelemetry(configure);
        return builder.Build();
    }
}
