using System.Text.Json.Nodes;

namespace Quickstart.Tests;

public sealed class ReplayTests : IDisposable
{
    const string Chat = """{"id":"c1","object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":120,"completion_tokens":7,"total_tokens":127}}""";

    const string Messages = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"usage":{"input_tokens":30,"cache_read_input_tokens":1000,"output_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":44}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_replay_counts_the_exchanges_that_gave_the_tokens_of_the_record()
    {
        await File.WriteAllLinesAsync(_file,
        [
            Exchange("openai", "chat.completions", "https://api.openai.com/v1/chat/completions", Chat, "application/json", 120, 7),
            "",
            Exchange("anthropic", "messages", "https://api.anthropic.com/v1/messages", Messages, "text/event-stream", 1030, 44),
            Exchange("openai", "batches", "https://api.openai.com/v1/batches", """{"usage":{"input_tokens":1,"output_tokens":2}}""", "application/json", 1, 2),
            Exchange("openai", "models", "https://api.openai.com/v1/models", """{"data":[]}""", "application/json", null, null),
        ]);

        var (code, output, errors) = await QuickstartProcess.RunAsync("--replay", _file, "--once");

        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Matches("✓ +OpenAI chat completions +1 of 1", output);
        Assert.Matches("✓ +Anthropic Messages +1 of 1", output);
        Assert.Contains("2 of 2 exchanges of the formats that AiTelemetry reads gave the tokens of the record", output, StringComparison.Ordinal);
        Assert.Matches(@"not measured yet: 1 exchange of 1 API\s+OpenAI batches 1", output);
        Assert.Matches(@"no tokens used: 1 exchange of 1 API\s+OpenAI models 1", output);
        Assert.Matches(@"anthropic +claude-haiku-4-5 +1 +1,030 +44 +1,000 ", output);
        Assert.Matches(@"total +2 +1,150 +51 +1,000 ", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task A_replay_that_gives_other_tokens_ends_with_code_1()
    {
        await File.WriteAllLinesAsync(_file,
        [
            Exchange("openai", "chat.completions", "https://api.openai.com/v1/chat/completions", Chat, "application/json", 120, 7),
            Exchange("openai", "chat.completions", "https://api.openai.com/v1/chat/completions", Chat, "application/json", 120, 8),
        ]);

        var (code, output, _) = await QuickstartProcess.RunAsync("--once", "--replay", _file);

        Assert.Equal(1, code);
        Assert.Matches("✗ +OpenAI chat completions +1 of 2 +1 wrong", output);
        Assert.Contains("1 exchange of the formats that AiTelemetry reads did not give the tokens of the record", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it holds no recorded exchange.")]
    [InlineData("\n{", "line 2 is not a recorded exchange: it is not JSON.")]
    [InlineData("[]", "line 1 is not a recorded exchange: it is not a JSON object.")]
    [InlineData("""{"provider":"openai"}""", "line 1 is not a recorded exchange: it has no 'url'.")]
    public async Task A_file_of_something_else_is_refused_with_the_line(string content, string complaint)
    {
        await File.WriteAllTextAsync(_file, content);

        var (code, _, errors) = await QuickstartProcess.RunAsync("--replay", _file);

        Assert.Equal(2, code);
        Assert.Equal($"--replay '{_file}' is not allowed: {complaint}\n", errors);
    }

    static string Exchange(string provider, string api, string url, string body, string contentType, long? input, long? output) => new JsonObject
    {
        ["provider"] = provider,
        ["api"] = api,
        ["method"] = api == "models" ? "GET" : "POST",
        ["url"] = url,
        ["request_headers"] = new JsonObject { ["Content-Type"] = "application/json" },
        ["request_body"] = api == "models" ? "" : "{}",
        ["status"] = 200,
        ["response_headers"] = new JsonObject { ["content-type"] = contentType },
        ["response_body"] = body,
        ["expected_normalized"] = new JsonObject { ["input_tokens"] = input, ["output_tokens"] = output },
    }.ToJsonString();
}
