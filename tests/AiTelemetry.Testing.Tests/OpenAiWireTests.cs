using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Tests;

public sealed class OpenAiWireTests : IAsyncLifetime
{
    static readonly FakeReply Counted = new() { Text = "One two", InputTokens = 100, OutputTokens = 20, CachedTokens = 64, ReasoningTokens = 8, CacheWriteTokens = 16 };

    FakeProvider _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeProvider.StartAsync();

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task A_chat_completion_is_indented_json_with_the_provider_s_own_members()
    {
        _fake.Reply(Counted with { ResponseId = "chatcmpl-1", Model = "gpt-4o-2024-08-06" });

        var text = await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.StartsWith("{\n  \"id\": \"chatcmpl-1\",\n  \"object\": \"chat.completion\",\n  \"created\": ", text, StringComparison.Ordinal);
        var json = JsonNode.Parse(text)!;
        Assert.Equal("id object created model choices usage service_tier system_fingerprint", Names(json));
        Assert.Equal("index message logprobs finish_reason", Names(json["choices"]![0]!));
        Assert.Equal("role content refusal annotations", Names(json["choices"]![0]!["message"]!));
        Assert.Equal("""{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":64,"audio_tokens":0,"cache_write_tokens":16},"completion_tokens_details":{"reasoning_tokens":8,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""", json["usage"]!.ToJsonString());
    }

    [Fact]
    public async Task A_chat_stream_starts_with_the_role_and_ends_with_usage_without_choices_and_done()
    {
        _fake.Reply(Counted);

        var events = Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream));

        Assert.All(events, e => Assert.Null(e.Name));
        Assert.Equal("[DONE]", events[^1].Data);
        var chunks = Post.Json(events);
        Assert.Equal("""{"role":"assistant","content":"","refusal":null}""", Delta(chunks[0]));
        Assert.Equal("""{"content":"One"}""", Delta(chunks[1]));
        Assert.Equal("""{"content":" two"}""", Delta(chunks[2]));
        Assert.Equal("{}", Delta(chunks[3]));
        Assert.Equal("stop", (string?)chunks[3]["choices"]![0]!["finish_reason"]);
        Assert.Equal("[]", chunks[4]["choices"]!.ToJsonString());
        Assert.Equal(120, (int)chunks[4]["usage"]!["total_tokens"]!);
        Assert.Equal(5, chunks.Count);
        Assert.All(chunks[..4], chunk => Assert.EndsWith(" choices usage obfuscation", Names(chunk), StringComparison.Ordinal));
        Assert.All(chunks[..4], chunk => Assert.Null(chunk["usage"]));
    }

    [Fact]
    public async Task A_chat_stream_that_was_not_asked_for_usage_sends_none()
    {
        _fake.Reply(Counted);

        var events = Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ChatPath, """{"model":"gpt-4o","stream":true}"""));

        Assert.All(Post.Json(events), chunk => Assert.DoesNotContain("usage", Names(chunk), StringComparison.Ordinal));
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.Null(_fake.Calls[0].Usage);
        Assert.Equal("stop", _fake.Calls[0].FinishReason);
    }

    [Fact]
    public async Task A_chat_stream_gives_a_tool_call_its_id_and_name_first_and_its_arguments_in_pieces()
    {
        _fake.Reply(new FakeReply { ToolCalls = [new("add", """{"a":1,"b":22}""") { Id = "call_1" }, new("now")] });

        var chunks = Post.Json(Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream)));

        Assert.Equal("""{"role":"assistant","content":null,"refusal":null}""", Delta(chunks[0]));
        Assert.Equal("""{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"add","arguments":""}}]}""", Delta(chunks[1]));
        Assert.Equal("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1,"}}]}""", Delta(chunks[2]));
        Assert.Equal("""{"tool_calls":[{"index":0,"function":{"arguments":"\"b\":22}"}}]}""", Delta(chunks[3]));
        Assert.Equal(1, (int)chunks[4]["choices"]![0]!["delta"]!["tool_calls"]![0]!["index"]!);
        Assert.Equal("tool_calls", (string?)chunks[6]["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task A_response_is_whole_with_its_usage_at_the_end()
    {
        _fake.Reply(Counted with { FinishReason = "max_output_tokens" });

        var json = await Post.JsonAsync(_fake.OpenAi, Post.ResponsesPath, Post.Responses);

        Assert.StartsWith("id object created_at status background completed_at error", Names(json), StringComparison.Ordinal);
        Assert.EndsWith("truncation usage user metadata", Names(json), StringComparison.Ordinal);
        Assert.Equal("incomplete", (string?)json["status"]);
        Assert.Equal("max_output_tokens", (string?)json["incomplete_details"]!["reason"]);
        Assert.Equal("""{"input_tokens":100,"input_tokens_details":{"cache_write_tokens":16,"cached_tokens":64},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":8},"total_tokens":120}""", json["usage"]!.ToJsonString());
        Assert.Equal("incomplete", _fake.Calls[0].FinishReason);
    }

    [Fact]
    public async Task A_response_stream_numbers_its_events_and_gives_usage_only_in_the_last()
    {
        _fake.Reply(Counted);

        var events = Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ResponsesPath, Post.ResponsesStream));

        Assert.Equal(
            "response.created response.in_progress response.output_item.added response.content_part.added response.output_text.delta response.output_text.delta "
            + "response.output_text.done response.content_part.done response.output_item.done response.completed",
            string.Join(' ', events.Select(e => e.Name)));
        var data = Post.Json(events);
        Assert.Equal(events.Select(e => e.Name), data.Select(d => (string?)d["type"]), StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(0, 10), data.Select(d => (int)d["sequence_number"]!));
        Assert.Null(data[0]["response"]!["usage"]);
        Assert.Equal(100, (int)data[^1]["response"]!["usage"]!["input_tokens"]!);
        Assert.Equal("One two", (string?)data[^1]["response"]!["output"]![0]!["content"]![0]!["text"]);
    }

    [Fact]
    public async Task A_response_stream_that_is_cut_short_by_its_limit_ends_with_response_incomplete()
    {
        _fake.Reply(Counted with { FinishReason = "max_output_tokens" });

        var events = Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ResponsesPath, Post.ResponsesStream));

        Assert.Equal("response.incomplete", events[^1].Name);
        Assert.Equal(20, _fake.Calls[0].Usage!.Value.Output);
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_and_rate_limits_in_openai_s_form()
    {
        _fake.Reply(Counted);

        using var response = await Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Matches("^req_[0-9a-f]{32}$", Header(response, "x-request-id"));
        Assert.Equal("10000", Header(response, "x-ratelimit-limit-requests"));
        Assert.Equal("9999", Header(response, "x-ratelimit-remaining-requests"));
        Assert.Equal("6ms", Header(response, "x-ratelimit-reset-requests"));
        Assert.Equal("1999900", Header(response, "x-ratelimit-remaining-tokens"));
        Assert.Equal(Header(response, "x-request-id"), _fake.Calls[0].Headers["X-Request-Id"]);
    }

    [Theory]
    [InlineData(0.25, "1", "250", "250ms")]
    [InlineData(2.5, "3", "2500", "2.5s")]
    [InlineData(90, "90", "90000", "1m30s")]
    [InlineData(7200, "7200", "7200000", "2h0m0s")]
    public async Task A_rate_limit_says_how_long_to_wait_in_every_header_openai_has_for_it(double seconds, string retryAfter, string retryAfterMs, string reset)
    {
        _fake.Reply(FakeReply.RateLimited(TimeSpan.FromSeconds(seconds)));

        using var response = await Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(retryAfter, Header(response, "retry-after"));
        Assert.Equal(retryAfterMs, Header(response, "retry-after-ms"));
        Assert.Equal(reset, Header(response, "x-ratelimit-reset-requests"));
        Assert.Equal("0", Header(response, "x-ratelimit-remaining-requests"));
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("message type param code", Names(error));
        Assert.Equal("rate_limit_exceeded", (string?)error["code"]);
    }

    [Fact]
    public async Task An_error_takes_the_scripted_type_code_and_message()
    {
        _fake.Reply(FakeReply.Error(429, "insufficient_quota", "No money left.") with { ErrorCode = "insufficient_quota" });

        var json = await Post.JsonAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Equal("""{"error":{"message":"No money left.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", json.ToJsonString());
        Assert.Equal("insufficient_quota", _fake.Calls[0].ErrorType);
    }

    static string Names(JsonNode node) => string.Join(' ', node.AsObject().Select(member => member.Key));

    static string Delta(JsonNode chunk) => chunk["choices"]![0]!["delta"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
