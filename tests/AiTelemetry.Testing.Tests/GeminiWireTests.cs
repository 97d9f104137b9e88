using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Tests;

public sealed class GeminiWireTests : IAsyncLifetime
{
    static readonly FakeReply Counted = new() { Text = "One two", InputTokens = 100, OutputTokens = 20, CachedTokens = 64, ReasoningTokens = 8, ResponseId = "r1" };

    FakeProvider _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeProvider.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task An_answer_counts_thoughts_beside_candidates_and_names_the_model_of_the_path()
    {
        _fake.Reply(Counted);

        var text = await Post.TextAsync(_fake.Gemini, Post.GeminiPath, Post.Gemini);

        Assert.StartsWith("{\n  \"candidates\": [\n    {\n      \"content\": {\n        \"parts\": [\n", text, StringComparison.Ordinal);
        Assert.EndsWith("  \"modelVersion\": \"gemini-2.5-flash\",\n  \"responseId\": \"r1\"\n}\n", text, StringComparison.Ordinal);
        Assert.Equal(
            """{"promptTokenCount":100,"candidatesTokenCount":12,"totalTokenCount":120,"cachedContentTokenCount":64,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100}],"cacheTokensDetails":[{"modality":"TEXT","tokenCount":64}],"thoughtsTokenCount":8,"serviceTier":"standard"}""",
            JsonNode.Parse(text)!["usageMetadata"]!.ToJsonString());
        Assert.Equal(20, _fake.Calls[0].Usage!.Value.Output);
        Assert.Equal("gemini-2.5-flash", _fake.Calls[0].Request.Model);
    }

    [Fact]
    public async Task Zeros_are_left_out()
    {
        _fake.Reply(new FakeReply { Text = "", InputTokens = 5, OutputTokens = 0 });

        var json = await Post.JsonAsync(_fake.Gemini, Post.GeminiPath, Post.Gemini);

        Assert.Equal("""{"promptTokenCount":5,"totalTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":5}],"serviceTier":"standard"}""", json["usageMetadata"]!.ToJsonString());
        Assert.Null(_fake.Calls[0].Usage!.Value.Output);
        Assert.Null(_fake.Calls[0].Usage!.Value.CacheRead);
    }

    [Fact]
    public async Task A_sse_stream_has_carriage_returns_a_space_after_each_colon_and_cumulative_usage_in_every_chunk()
    {
        _fake.Reply(Counted with { Thinking = "Hm." });

        var text = await Post.TextAsync(_fake.Gemini, Post.GeminiSsePath, Post.Gemini);

        Assert.StartsWith("data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Hm.\",\"thought\": true}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 100,\"totalTokenCount\": 108,", text, StringComparison.Ordinal);
        var chunks = Post.Json(Post.Events(text, "\r\n"));
        AssertCumulative(chunks);
        Assert.Equal(4, chunks.Count);
    }

    [Fact]
    public async Task A_stream_without_alt_sse_is_one_json_array_that_comes_piece_by_piece()
    {
        _fake.Reply(Counted);

        using var response = await Post.SendAsync(_fake.Gemini, Post.GeminiArrayPath, Post.Gemini);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal("application/json; charset=UTF-8", response.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("[{\n  \"candidates\": [\n", text, StringComparison.Ordinal);
        Assert.Contains("\n}\n,\r\n{\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n}\n]", text, StringComparison.Ordinal);
        AssertCumulative([.. JsonNode.Parse(text)!.AsArray().Select(chunk => chunk!)]);
    }

    [Fact]
    public async Task A_tool_call_is_a_part_with_its_arguments_as_an_object()
    {
        _fake.Reply(new FakeReply { ToolCalls = [new("get_weather", """{"city":"Berlin"}""")] });

        var json = await Post.JsonAsync(_fake.Gemini, Post.GeminiPath, Post.Gemini);

        Assert.Equal("""[{"functionCall":{"name":"get_weather","args":{"city":"Berlin"}}}]""", json["candidates"]![0]!["content"]!["parts"]!.ToJsonString());
    }

    [Theory]
    [InlineData(Post.GeminiPath, "{\n  \"error\": {")]
    [InlineData(Post.GeminiSsePath, "{\n  \"error\": {")]
    [InlineData(Post.GeminiArrayPath, "[{\n  \"error\": {")]
    public async Task A_rate_limit_is_in_the_body_and_in_no_header(string path, string start)
    {
        _fake.Reply(FakeReply.RateLimited(TimeSpan.FromSeconds(1.5)));

        using var response = await Post.SendAsync(_fake.Gemini, path, Post.Gemini);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(429, (int)response.StatusCode);
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Contains("\"retryDelay\": \"1.5s\"", text, StringComparison.Ordinal);
        Assert.Equal("RESOURCE_EXHAUSTED", _fake.Calls[0].ErrorType);
        Assert.DoesNotContain(response.Headers, header => header.Key.Contains("retry", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("ratelimit", StringComparison.OrdinalIgnoreCase));
    }

    static void AssertCumulative(List<JsonNode> chunks)
    {
        var usages = chunks.ConvertAll(chunk => chunk["usageMetadata"]!);
        var candidates = usages.ConvertAll(usage => (int?)usage["candidatesTokenCount"] ?? 0);
        Assert.Equal(candidates.Order(), candidates);
        Assert.Equal(12, candidates[^1]);
        Assert.All(usages, usage => Assert.Equal(100, (int)usage["promptTokenCount"]!));
        Assert.All(usages, usage => Assert.Equal(8, (int)usage["thoughtsTokenCount"]!));
        Assert.Equal(120, (int)usages[^1]["totalTokenCount"]!);
        Assert.Equal("STOP", (string?)chunks[^1]["candidates"]![0]!["finishReason"]);
        Assert.All(chunks[..^1], chunk => Assert.Null(chunk["candidates"]![0]!["finishReason"]));
    }
}
