using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Wire;

/// <summary>Where the cost of a call does not follow from its tokens alone.</summary>
public class ChargedTests
{
    const string Claude = "https://api.anthropic.com/v1/messages";
    const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/";

    [Fact]
    public void Cohere_is_priced_by_what_it_bills_and_counted_by_what_the_model_saw()
    {
        var record = Call(Priced(("cohere", "command-a-03-2025", 2m, 10m)), "https://api.cohere.com/v2/chat", """{"model":"command-a-03-2025"}""",
            """{"id":"1","finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":4,"output_tokens":5},"tokens":{"input_tokens":500,"output_tokens":7},"cached_tokens":480}}""");

        Assert.Equal((500, 7, 480), (record.Usage.Input, record.Usage.Output, record.Usage.CacheRead));
        Assert.Equal((((4 * 2m) + (5 * 10m)) / 1_000_000m, CostStatus.Exact), (record.Cost.Usd, record.Cost.Status));
    }

    [Fact]
    public void What_an_advisor_used_is_in_the_cost_at_its_own_models_price_and_not_among_the_tokens()
    {
        var record = Call(Priced(("anthropic", "claude-a", 3m, 15m), ("anthropic", "claude-b", 5m, 25m)), Claude, "{}", WithInner("""{"type":"advisor_message","model":"claude-b","input_tokens":250,"output_tokens":4}"""));

        Assert.Equal((230, 30), (record.Usage.Input, record.Usage.Output));
        Assert.Equal(((230 * 3m) + (30 * 15m) + (250 * 5m) + (4 * 25m)) / 1_000_000m, record.Cost.Usd);
        Assert.Equal(CostStatus.Exact, record.Cost.Status);
    }

    [Fact]
    public void Compaction_is_charged_at_the_calls_own_model()
    {
        var record = Call(Priced(("anthropic", "claude-a", 3m, 15m)), Claude, "{}", WithInner("""{"type":"compaction","input_tokens":1000,"output_tokens":100}"""));

        Assert.Equal(((1230 * 3m) + (130 * 15m)) / 1_000_000m, record.Cost.Usd);
    }

    [Fact]
    public void An_advisor_without_a_price_makes_the_cost_a_lower_bound()
    {
        var record = Call(Priced(("anthropic", "claude-a", 3m, 15m)), Claude, "{}", WithInner("""{"type":"advisor_message","model":"unheard-of","input_tokens":250,"output_tokens":4}"""));

        Assert.Equal((((230 * 3m) + (30 * 15m)) / 1_000_000m, CostStatus.Partial), (record.Cost.Usd, record.Cost.Status));
        Assert.Equal(CostNotes.Unpriced, record.Cost.Flags & CostNotes.Unpriced);
    }

    [Fact]
    public void A_stream_that_repeats_what_went_on_inside_is_charged_for_it_once()
    {
        var fixture = WireFixture.Find("anthropic-more.jsonl", "advisor-stream");
        var body = System.Text.Encoding.UTF8.GetString(fixture.Exchange.ResponseBody);
        var delta = body[body.IndexOf("event: message_delta", StringComparison.Ordinal)..body.IndexOf("event: message_stop", StringComparison.Ordinal)];

        var once = Call(_ => { }, Claude, "{}", body);
        var twice = Call(_ => { }, Claude, "{}", body.Replace(delta, delta + delta, StringComparison.Ordinal));

        Assert.NotNull(once.Cost.Usd);
        Assert.Equal(once.Cost.Usd, twice.Cost.Usd);
    }

    [Theory]
    [InlineData("gemini-2.5-flash", 1, 1)]
    [InlineData("gemini-2.5-flash", 3, 1)]
    [InlineData("gemini-3-flash-preview", 1, 1)]
    [InlineData("gemini-3-flash-preview", 3, 3)]
    public void Grounding_is_charged_by_the_prompt_or_from_Gemini_3_on_by_the_query(string model, int queries, int charged)
    {
        decimal Cost(int searched, string again = "") =>
            Call(_ => { }, $"{Gemini}{model}:streamGenerateContent?alt=sse", "{}", $"{again}data: {Grounded(model, searched)}\n\n").Cost.Usd!.Value;

        var one = Cost(1) - Cost(0);

        Assert.True(one > 0);
        Assert.Equal(charged * one, Cost(queries) - Cost(0));
        Assert.Equal(Cost(queries), Cost(queries, $"data: {Grounded(model, queries)}\n\n")); // a chunk that repeats them
    }

    [Fact]
    public void How_much_of_the_cached_tokens_is_audio_decides_on_their_price()
    {
        decimal Cost(string cached) => Call(_ => { }, Gemini + "gemini-2.5-flash:generateContent", "{}",
            $$$"""{"candidates":[{"finishReason":"STOP"}],"modelVersion":"gemini-2.5-flash","usageMetadata":{"promptTokenCount":1000,"cachedContentTokenCount":400,"candidatesTokenCount":1,"promptTokensDetails":[{"modality":"TEXT","tokenCount":500},{"modality":"AUDIO","tokenCount":500}],"cacheTokensDetails":[{{{cached}}}]}}""").Cost.Usd!.Value;

        var (text, audio) = (Cost("""{"modality":"TEXT","tokenCount":400}"""), Cost("""{"tokenCount":400,"modality":"AUDIO"}"""));

        // 400 cached tokens at audio's cached rate instead of text's, and 400 fewer tokens of uncached audio against 400 more of text.
        Assert.True(audio < text, $"{audio} with cached audio, {text} with cached text");
    }

    [Fact]
    public void Images_are_charged_by_the_piece()
    {
        decimal Cost(int images) => Call(_ => { }, Gemini + "imagen-4.0-generate-001:predict", "{}",
            $$$"""{"predictions":[{{{string.Join(',', Enumerable.Repeat("""{"bytesBase64Encoded":"AAAA"}""", images))}}}]}""").Cost.Usd!.Value;

        Assert.True(Cost(1) > 0);
        Assert.Equal(3 * Cost(1), Cost(3));
    }

    [Fact]
    public void Rerank_is_charged_by_the_search()
    {
        decimal Cost(int searches) => Call(_ => { }, "https://api.cohere.com/v2/rerank", """{"model":"rerank-v3.5"}""",
            $$$"""{"id":"1","results":[],"meta":{"billed_units":{"search_units":{{{searches}}} } } }""").Cost.Usd!.Value;

        Assert.True(Cost(1) > 0);
        Assert.Equal(2 * Cost(1), Cost(2));
    }

    static string WithInner(string inner) =>
        $$$"""{"id":"msg_1","type":"message","model":"claude-a","stop_reason":"end_turn","usage":{"input_tokens":230,"output_tokens":30,"iterations":[{"type":"message","input_tokens":100,"output_tokens":20},{{{inner}}},{"type":"message","input_tokens":130,"output_tokens":10}]}}""";

    static string Grounded(string model, int queries) =>
        $$$"""{"candidates":[{"finishReason":"STOP","groundingMetadata":{"webSearchQueries":[{{{string.Join(',', Enumerable.Repeat("\"lake\"", queries))}}}]}}],"modelVersion":"{{{model}}}","usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":3,"totalTokenCount":7}}""";

    static Action<AiTelemetryOptions> Priced(params (string Provider, string Model, decimal Input, decimal Output)[] prices) => options =>
    {
        foreach (var (provider, model, input, output) in prices)
            options.Prices.Overrides.Add(new PriceOverride { Provider = provider, Model = model, Input = input, Output = output });
    };

    static UsageRecord Call(Action<AiTelemetryOptions> configure, string url, string request, string answer)
    {
        using var app = new TestApp(configure);
        using var client = app.Client(_ => new HttpResponseMessage { Content = new StringContent(answer) });
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(request) };
        using (var response = client.Send(message))
        {
            using var stream = response.Content.ReadAsStream();
            stream.CopyTo(Stream.Null);
        }
        return Assert.Single(app.Recorder.Calls);
    }
}
