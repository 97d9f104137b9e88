using System.Text;
using AiTelemetry.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Tests;

/// <summary>What the READMEs show is cut from here, and works.</summary>
[Collection(AloneInTheProcess.Name)]
public class ReadmeExamples
{
    [Fact]
    public async Task One_line_measures_every_call_and_exports_it()
    {
        await using var collector = await FakeProvider.StartAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.OpenAi.ToString();
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        // #region snippet-readme-add
        builder.Services.AddAiTelemetry().AddOtlpExporter();
        // #endregion

        using (var host = builder.Build())
        {
            await host.StartAsync();
            using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
            await CallAsync(client, collector.OpenAi);
        }

        Assert.Equal(["/v1/chat/completions", "/v1/metrics", "/v1/traces"], collector.Calls.Select(call => call.Request.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_client_made_by_hand_gets_the_handler()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var app = App();
        using var recorder = new TelemetryRecorder(app);
        // #region snippet-readme-handler
        using var client = new HttpClient(new AiTelemetryHandler(app, new SocketsHttpHandler()));
        // #endregion

        await CallAsync(client, fake.OpenAi);

        Assert.Single(recorder.Calls);
    }

    [Fact]
    public async Task Options_name_hosts_and_say_whose_a_call_is()
    {
        await using var fake = await FakeProvider.StartAsync();
        var services = new ServiceCollection();
        // #region snippet-readme-options
        services.AddAiTelemetry(options =>
        {
            options.MapHost("llm.internal:8000", "vllm");                       // a host of your own that speaks a known format
            options.Dimensions["team"] = "search";                              // on every span and record
            options.MetricDimensions.Add("team");                               // and on metrics, because few teams make few series
            options.EnrichCall = call => call.SetDimension("user", UserOf(call.Request));
            options.FilterCall = request => !request.Headers.Contains("x-health-check");
        });
        // #endregion
        using var app = services.BuildServiceProvider();
        using var recorder = new TelemetryRecorder(app);
        using var client = app.GetRequiredService<IHttpClientFactory>().CreateClient();

        await CallAsync(client, fake.OpenAi);

        Assert.Equal(["search", "u-1"], recorder.Calls[0].Dimensions.Values.Order(StringComparer.Ordinal));
        Assert.Equal(1, recorder.Count("llm_provider_request_seconds", ("team", "search"), ("user", null)));

        static string? UserOf(HttpRequestMessage request) => request.Headers.Host is null ? "u-1" : null;
    }

    [Fact]
    public async Task One_client_alone_is_measured_where_it_asks()
    {
        await using var fake = await FakeProvider.StartAsync();
        var services = new ServiceCollection();
        // #region snippet-readme-one-client
        services.AddHttpClient("llm").AddAiTelemetry();
        // #endregion
        using var app = services.BuildServiceProvider();
        using var recorder = new TelemetryRecorder(app);
        var factory = app.GetRequiredService<IHttpClientFactory>();

        await CallAsync(factory.CreateClient("other"), fake.OpenAi);
        await CallAsync(factory.CreateClient("llm"), fake.OpenAi);

        Assert.Single(recorder.Calls);
    }

    [Fact]
    public async Task A_call_that_crosses_no_HttpClient_is_recorded_by_hand()
    {
        using var app = App();
        using var recorder = new TelemetryRecorder(app);
        var local = new LocalModel();
        // #region snippet-readme-by-hand
        var calls = app.GetRequiredService<ProviderCallRecorder>();
        using (var call = calls.Start("llama.cpp", "llama-3.1-8b"))
        {
            await foreach (var piece in local.GenerateAsync("Say hello."))
                call.ContentReceived();
            call.Complete(new TokenUsage { Input = local.PromptTokens, Output = local.OutputTokens });
        }
        // #endregion

        var record = Assert.Single(recorder.Calls);
        Assert.Equal(("success", 3L, 2L), (record.Outcome, record.Usage.Input, record.Usage.Output));
    }

    [Fact]
    public async Task A_test_asks_what_an_app_used_and_cost()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var app = App(options => options.MapHost(fake.OpenAi.Authority, "openai"));
        using var client = app.GetRequiredService<IHttpClientFactory>().CreateClient();
        // #region snippet-readme-test
        using var recorder = new TelemetryRecorder(app);
        fake.Reply(new FakeReply { Text = "Hello.", InputTokens = 1200, OutputTokens = 40, CachedTokens = 1024 });

        await client.PostAsync(new Uri(fake.OpenAi, "v1/chat/completions"), new StringContent("""{"model":"gpt-4o","messages":[]}"""));

        var call = Assert.Single(recorder.Calls);
        Assert.Equal(("gpt-4o", 1200, 40), (call.RequestModel, call.Usage.Input, call.Usage.Output));
        Assert.True(recorder.CostUsd < 0.01m);
        // #endregion
        Assert.True(recorder.CostUsd > 0);
    }

    static ServiceProvider App(Action<AiTelemetryOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddAiTelemetry(configure);
        return services.BuildServiceProvider();
    }

    static async Task CallAsync(HttpClient client, Uri provider)
    {
        using var body = new StringContent("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}]}""", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(provider, "v1/chat/completions"), body);
    }

    sealed class LocalModel
    {
        public long PromptTokens => 3;

        public long OutputTokens { get; private set; }

        public async IAsyncEnumerable<string> GenerateAsync(string prompt)
        {
            foreach (var piece in prompt.Split(' '))
            {
                await Task.Yield();
                OutputTokens++;
                yield return piece;
            }
        }
    }
}
