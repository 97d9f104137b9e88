using System.Text;
using AiTelemetry.Catalog;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.HouseTests;

/// <summary>One app that has everything happen to it that calls and their ledger can tell of.</summary>
public class EveryMetricTests
{
    const string Chat = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}]}""";
    const string Stream = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello."}],"stream":true,"stream_options":{"include_usage":true}}""";

    static readonly Dictionary<string, string> Limits = new(StringComparer.Ordinal)
    {
        ["x-ratelimit-limit-tokens"] = "1000",
        ["x-ratelimit-remaining-tokens"] = "900",
        ["x-ratelimit-reset-tokens"] = "6m0s",
    };

    [Fact]
    public async Task Every_metric_and_tag_that_is_recorded_is_seen()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp(options =>
        {
            options.MapHost(fake.OpenAi.Authority, "openai");
            options.CompatibilityNames = true;
            options.FilterCall = static request => request.Headers.Contains("x-fault") ? throw new InvalidOperationException("A filter that throws.") : true;
        }, services => services.AddAiTelemetry().AddInMemoryLedger());
        using var client = app.Client();
        fake.Reply(new FakeReply { InputTokens = 100, CachedTokens = 40, OutputTokens = 50, ReasoningTokens = 20 }, new FakeReply { Chunks = 5 },
            new FakeReply { Model = "a-model-without-a-price" }, new FakeReply { IncludeUsage = false }, FakeReply.Error(400), FakeReply.RateLimited(TimeSpan.Zero), new FakeReply { Headers = Limits });

        await SendAsync(Chat);
        await SendAsync(Stream);
        await SendAsync(Chat);
        await SendAsync(Chat);
        await SendAsync(Chat);
        using (var again = Request(Chat))
        using (var invoker = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new SocketsHttpHandler())))
        {
            (await invoker.SendAsync(again, CancellationToken.None)).Dispose();
            (await invoker.SendAsync(again, CancellationToken.None)).Dispose();
        }
        await SendAsync(Chat, ("x-fault", "1"));
        var pipeline = app.Services.GetRequiredService<UsagePipeline>();
        var last = app.Recorder.Calls[^1] with { Id = Guid.CreateVersion7() };
        await pipeline.AppendAsync(last);
        await Assert.ThrowsAsync<UsageLedgerException>(() => pipeline.AppendAsync(last with { Provider = "" }));
        app.Services.GetRequiredService<ProviderCallRecorder>().Record(new()
        {
            Provider = "openai",
            Model = "gpt-4o",
            Usage = new TokenUsage { Input = 1000, Output = 1000 },
            Duration = TimeSpan.FromSeconds(1),
            ReportedUsd = 1m, // not what the catalogue says
        });
        await CausedTools.EverythingAsync(app.Services);
        using (var contradicting = app.Client(_ => new HttpResponseMessage { Content = new StringContent("""{"model":"gpt-4o","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":9}}""") }))
            (await contradicting.SendAsync(Request(Chat))).Dispose();
        app.Recorder.ReadGauges();

        var seen = app.Recorder.Measurements.ToLookup(measurement => measurement.Metric, StringComparer.Ordinal);
        var expected = TelemetryCatalog.Metrics;
        House.None(expected.Where(metric => !seen.Contains(metric.Name)).Select(metric => metric.Name));
        House.None(from metric in expected
                   from tag in metric.Tags
                   where !seen[metric.Name].Any(measurement => measurement.Tag(tag.Key) is not null)
                   select $"{metric.Name} without {tag.Key}");
        House.None(seen.Select(metric => metric.Key).Except(expected.Select(metric => metric.Name), StringComparer.Ordinal).Select(name => $"{name} is recorded, but the catalogue says it is not yet"));

        HttpRequestMessage Request(string body) => new(HttpMethod.Post, new Uri(fake.OpenAi, "v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

        async Task SendAsync(string body, params (string Name, string Value)[] headers)
        {
            using var request = Request(body);
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var response = await client.SendAsync(request);
        }
    }
}
