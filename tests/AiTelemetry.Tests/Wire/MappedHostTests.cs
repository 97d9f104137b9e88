using System.Net;
using System.Text;
using AiTelemetry.Calls;
using AiTelemetry.Tests.Shared;
using AiTelemetry.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Wire;

/// <summary>Hosts that the app named, and hosts that nobody did.</summary>
public class MappedHostTests
{
    const string ReasoningBeside = """
        {"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":70},"cost_in_usd_ticks":25000000,"cost":3}}
        """;

    [Fact]
    public async Task A_host_mapped_to_a_provider_is_read_in_that_providers_dialect()
    {
        var record = await RecordOf("https://proxy.internal/v1/chat/completions", "xai", ReasoningBeside);
        Assert.Equal(("xai", 75L, 0.0025m, CostStatus.Reported), (record.Provider, record.Usage.Output, record.Cost.Usd, record.Cost.Status));
    }

    [Fact]
    public async Task A_host_mapped_to_a_name_of_the_apps_own_is_read_by_the_general_format()
    {
        var record = await RecordOf("https://proxy.internal/v1/chat/completions", "our-gateway", ReasoningBeside);
        Assert.Equal(("our-gateway", 5L, CostStatus.Unknown), (record.Provider, record.Usage.Output, record.Cost.Status));
    }

    [Fact]
    public async Task A_host_that_nobody_named_is_other_and_its_cost_is_not_believed()
    {
        var record = await RecordOf("https://proxy.internal/v1/chat/completions", null, ReasoningBeside);
        Assert.Equal(("other", 5L, CostStatus.Unknown), (record.Provider, record.Usage.Output, record.Cost.Status));
    }

    [Theory]
    [InlineData("https://proxy.internal/v1/chat/completions", "vllm", """{"model":"m","choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10,"prompt_tokens_details":null},"kv_transfer_params":null}""", 8, 2)]
    [InlineData("https://proxy.internal/completion", "llamacpp", """{"content":"x","stop":true,"stop_type":"eos","model":"m","tokens_predicted":2,"tokens_evaluated":8,"tokens_cached":9,"timings":{"cache_n":6,"prompt_n":2}}""", 8, 2)]
    [InlineData("https://proxy.internal/completion", "llamacpp", "data: {\"content\":\"x\",\"stop\":false,\"tokens_predicted\":1,\"tokens_evaluated\":8}\n\ndata: {\"content\":\"\",\"stop\":true,\"stop_type\":\"limit\",\"tokens_predicted\":2,\"tokens_evaluated\":8}\n\n", 8, 2)]
    [InlineData("https://proxy.internal/generate", "tgi", """{"generated_text":"x","details":{"finish_reason":"length","generated_tokens":2,"input_length":8}}""", 8, 2)]
    [InlineData("https://proxy.internal/v1/rerank", "vllm", """{"id":"r","model":"m","usage":{"total_tokens":8},"results":[]}""", 8, null)]
    public async Task Own_paths_of_servers_that_the_app_named_are_calls(string url, string provider, string body, int input, int? output)
    {
        var record = await RecordOf(url, provider, body);
        Assert.Equal((provider, (long?)input, (long?)output, "success"), (record.Provider, record.Usage.Input, record.Usage.Output, record.Outcome));
    }

    [Theory]
    [InlineData("https://shop.example/generate")]
    [InlineData("https://shop.example/")]
    [InlineData("https://shop.example/completion")]
    [InlineData("https://shop.example/v1/predictions")]
    [InlineData("https://shop.example/v1/chat")]
    [InlineData("https://shop.example/tasks/7/complete")]
    [InlineData("https://shop.example/v1/conversations")]
    [InlineData("https://shop.example/models/3")]
    public void A_path_that_anyone_may_have_is_no_call_of_a_host_nobody_named_and_the_host_is_not_remembered(string url)
    {
        var hosts = new ProviderHosts(new Dictionary<string, string>());
        var formats = new WireFormats(hosts);
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        Assert.False(formats.TryMatch(request, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        formats.TryMatch(request, out _);
        hosts.Knows("shop.example");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(hosts.Knows("shop.example"));
    }

    [Fact]
    public void A_host_is_known_by_name_with_port_or_by_its_kind()
    {
        var hosts = new ProviderHosts(new Dictionary<string, string> { ["llm.internal:8000"] = "vllm", ["plain.internal"] = "tgi" });
        Assert.Equal((true, false, true, true), (hosts.Knows("llm.internal:8000"), hosts.Knows("llm.internal:9000"), hosts.Knows("plain.internal:9000"), hosts.Knows("PLAIN.internal")));
        Assert.Equal((true, false), (hosts.Knows("x1.us-east-1.aws.endpoints.huggingface.cloud"), hosts.Knows("shop.example")));
    }

    static async Task<UsageRecord> RecordOf(string url, string? provider, string body)
    {
        using var app = new TestApp(options =>
        {
            if (provider is not null)
                options.MapHost("proxy.internal", provider);
        });
        var records = new List<UsageRecord>();
        app.Services.GetRequiredService<CallTelemetry>().Recorded += records.Add;
        using var client = app.Client(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
        using var request = new StringContent("""{"model":"m"}""");
        using var response = await client.PostAsync(new Uri(url), request);
        await response.Content.ReadAsStringAsync();
        return Assert.Single(records);
    }
}
