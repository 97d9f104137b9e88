using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Calls;

/// <summary>Counts that cannot be are refused, counts that contradict each other are told; neither is repaired.</summary>
public class UsageAnomalyTests
{
    const string OpenAi = "https://api.openai.com/v1/chat/completions";

    [Theory]
    [InlineData("\"prompt_tokens\":-5,\"completion_tokens\":3", UsageAnomalies.RefusedCount, null, 3L)]
    [InlineData("\"prompt_tokens\":\"12\",\"completion_tokens\":3", UsageAnomalies.RefusedCount, null, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":1.5", UsageAnomalies.RefusedCount, 12L, null)]
    [InlineData("\"prompt_tokens\":99999999999999999999,\"completion_tokens\":3", UsageAnomalies.RefusedCount, null, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15,\"prompt_tokens_details\":{\"cached_tokens\":12},\"completion_tokens_details\":{\"reasoning_tokens\":3}", UsageAnomalies.None, 12L, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":8,\"cache_write_tokens\":5}", UsageAnomalies.CacheOverInput, 12L, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":3,\"completion_tokens_details\":{\"reasoning_tokens\":4}", UsageAnomalies.ReasoningOverOutput, 12L, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":3,\"prompt_tokens_details\":{\"audio_tokens\":7,\"image_tokens\":6}", UsageAnomalies.MediaOverWhole, 12L, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":3,\"completion_tokens_details\":{\"audio_tokens\":4}", UsageAnomalies.MediaOverWhole, 12L, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":16", UsageAnomalies.TotalDiffers, 12L, 3L)]
    [InlineData("\"prompt_tokens\":12,\"completion_tokens\":-3,\"total_tokens\":9,\"prompt_tokens_details\":{\"cached_tokens\":13}", UsageAnomalies.RefusedCount | UsageAnomalies.CacheOverInput, 12L, null)]
    [InlineData("\"completion_tokens\":3,\"total_tokens\":9,\"prompt_tokens_details\":{\"cached_tokens\":13}", UsageAnomalies.None, null, 3L)]
    public async Task Counts_that_are_wrong_are_told_on_record_span_and_metric(string usage, UsageAnomalies anomalies, long? input, long? output)
    {
        using var app = new TestApp();
        await SendAsync(app, OpenAi, usage);

        var call = Assert.Single(app.Recorder.Calls);
        Assert.Equal((anomalies, input, output), (call.UsageAnomalies, call.Usage.Input, call.Usage.Output));
        Assert.Equal((anomalies & UsageAnomalies.RefusedCount) != 0 ? 1 : 0, app.Recorder.Sum("llm_provider_usage_anomalies_total", ("kind", "refused")));
        Assert.Equal((anomalies & ~UsageAnomalies.RefusedCount) != 0 ? 1 : 0, app.Recorder.Sum("llm_provider_usage_anomalies_total", ("kind", "contradictory")));
        Assert.Equal(anomalies != UsageAnomalies.None, Assert.Single(app.Recorder.Spans).GetTagItem("aitelemetry.usage.anomalies") is string[] { Length: > 0 });
        // However wrong the parts are, they add up to the whole.
        foreach (var (direction, type) in new[] { ("prompt", "prompt"), ("completion", "completion") })
            Assert.Equal(app.Recorder.Sum("llm_provider_tokens_total", ("type", type)), app.Recorder.Sum("llm_provider_token_details_total", ("direction", direction)));
    }

    [Fact]
    public async Task The_span_says_which_counts_contradict_each_other()
    {
        using var app = new TestApp();
        await SendAsync(app, OpenAi, "\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":16,\"completion_tokens_details\":{\"reasoning_tokens\":4}");

        Assert.Equal(["reasoning_over_output", "total_differs"], Assert.IsType<string[]>(Assert.Single(app.Recorder.Spans).GetTagItem("aitelemetry.usage.anomalies")));
    }

    [Theory]
    [InlineData("https://llm.internal/v1/chat/completions")]
    [InlineData("https://openrouter.ai/api/v1/chat/completions")]
    public async Task A_total_is_held_against_providers_alone_that_keep_to_the_sum(string url)
    {
        using var app = new TestApp();
        await SendAsync(app, url, "\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":50");

        Assert.Equal(UsageAnomalies.None, Assert.Single(app.Recorder.Calls).UsageAnomalies);
    }

    static async Task SendAsync(TestApp app, string url, string usage)
    {
        using var client = app.Client(_ => new HttpResponseMessage { Content = new StringContent("{\"model\":\"gpt-4o\",\"usage\":{" + usage + "}}") });
        (await client.PostAsync(new Uri(url), new StringContent("{}"))).Dispose();
    }
}
