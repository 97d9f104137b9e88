using System.Net;
using System.Text;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Tests.Usage;

/// <summary>From a call over HTTP to the ledger's answer.</summary>
public class RecordedCallsTests
{
    const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}]}""";

    [Fact]
    public async Task Every_call_of_a_host_is_in_its_ledger_when_the_host_has_stopped()
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Reply(new FakeReply { InputTokens = 1000, OutputTokens = 200 }, new FakeReply { InputTokens = 7, OutputTokens = 3 }, FakeReply.Error(500));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAiTelemetry(options =>
        {
            options.MapHost(fake.OpenAi.Authority, "openai");
            options.Dimensions["team"] = "search";
        }).AddInMemoryLedger();
        using var host = builder.Build();
        await host.StartAsync();
        using var recorder = new TelemetryRecorder(host.Services);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        for (var i = 0; i < 3; i++)
            (await PostAsync(client, new Uri(fake.OpenAi, "v1/chat/completions"))).Dispose();
        await host.StopAsync();

        var now = TimeProvider.System.GetUtcNow();
        var rows = await host.Services.GetRequiredService<UsageLedger>().QueryAsync(new UsageQuery
        {
            From = now.AddDays(-1),
            To = now.AddDays(1),
            GroupBy = [UsageDimension.Outcome, UsageDimension.Team],
            Measures = [UsageMeasure.Calls, UsageMeasure.TotalTokens, UsageMeasure.CostUsd],
        });

        Assert.Equal(["error,search", "success,search"], rows.Select(row => string.Join(',', row.Group)));
        Assert.Equal((1, null, null), (rows[0][UsageMeasure.Calls], rows[0][UsageMeasure.TotalTokens], rows[0][UsageMeasure.CostUsd]));
        Assert.Equal((2, 1210m, recorder.CostUsd), (rows[1][UsageMeasure.Calls], rows[1][UsageMeasure.TotalTokens], rows[1][UsageMeasure.CostUsd]));
        Assert.True(recorder.CostUsd > 0);
    }

    [Fact]
    public async Task Without_a_host_what_was_called_is_in_the_ledger_when_the_services_are_disposed()
    {
        var services = new ServiceCollection();
        services.AddAiTelemetry().AddInMemoryLedger();
        var provider = services.BuildServiceProvider();
        var ledger = provider.GetRequiredService<UsageLedger>();
        using (var client = new HttpClient(new AiTelemetryHandler(provider, new TestApp.Answers(_ => Answer(HttpStatusCode.OK, """{"id":"chatcmpl-1","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}""")))))
            (await PostAsync(client, new Uri("https://api.openai.com/v1/chat/completions"))).Dispose();

        await provider.DisposeAsync();

        var now = TimeProvider.System.GetUtcNow();
        var record = Assert.Single(await ledger.RowsAsync(now.AddDays(-1), now.AddDays(1), default));
        Assert.Equal(("chatcmpl-1", null, UsageSource.Handler, 1), (record.ResponseId, record.RequestId, record.Source, record.Version));
        Assert.Equal(7, record.Id.Version);
        Assert.NotNull(record.Cost.PriceVersion);
    }

    [Theory]
    [InlineData("x-request-id")]
    [InlineData("request-id")]
    public void Where_the_body_has_no_id_the_request_id_of_the_headers_is_kept(string header)
    {
        using var app = new TestApp();
        using var client = app.Client(_ =>
        {
            var answer = Answer(HttpStatusCode.InternalServerError, """{"error":{"message":"no","type":"server_error"}}""");
            answer.Headers.TryAddWithoutValidation(header, "req_42");
            return answer;
        });

        using (var request = new HttpRequestMessage(HttpMethod.Post, "https://api.openai.com/v1/chat/completions") { Content = new StringContent(Chat, Encoding.UTF8, "application/json") })
        using (client.Send(request))
        {
        }

        Assert.Equal((null, "req_42"), (app.Recorder.Calls[0].ResponseId, app.Recorder.Calls[0].RequestId));
    }

    static HttpResponseMessage Answer(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    static async Task<HttpResponseMessage> PostAsync(HttpClient client, Uri url)
    {
        using var content = new StringContent(Chat, Encoding.UTF8, "application/json");
        return await client.PostAsync(url, content);
    }
}
