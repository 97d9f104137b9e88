using System.Text.Json.Nodes;

namespace AiTelemetry.Testing.Tests;

public sealed class AnthropicWireTests : IAsyncLifetime
{
    static readonly FakeReply Counted = new()
    {
        Text = "One two",
        InputTokens = 100,
        OutputTokens = 20,
        CachedTokens = 60,
        CacheWriteTokens = 20,
        CacheWrite1hTokens = 10,
    };

    readonly ManualClock _clock = new();
    FakeProvider _fake = null!;

    public async Task InitializeAsync() => _fake = await FakeProvider.StartAsync(new() { Time = _clock });

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Fact]
    public async Task A_message_is_compact_json_whose_input_is_what_the_cache_left_over()
    {
        _fake.Reply(Counted with { ResponseId = "msg_1" });

        var text = await Post.TextAsync(_fake.Anthropic, Post.MessagesPath, Post.Messages);

        Assert.Equal(
            """{"model":"claude-sonnet-4-5","id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"One two"}],"stop_reason":"end_turn","stop_sequence":null,"usage":"""
            + """{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":60,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":20,"service_tier":"standard","inference_geo":"not_available"}}""",
            text);
    }

    [Fact]
    public async Task A_stream_has_a_ping_and_gives_usage_in_its_start_and_again_cumulative_in_its_delta()
    {
        _fake.Reply(Counted);

        var events = Post.Events(await Post.TextAsync(_fake.Anthropic, Post.MessagesPath, Post.MessagesStream));

        Assert.Equal(
            "message_start content_block_start ping content_block_delta content_block_delta content_block_stop message_delta message_stop",
            string.Join(' ', events.Select(e => e.Name)));
        var data = Post.Json(events);
        Assert.Equal(events.Select(e => e.Name), data.Select(d => (string?)d["type"]), StringComparer.Ordinal);
        Assert.Equal(1, (int)data[0]["message"]!["usage"]!["output_tokens"]!);
        Assert.Equal(10, (int)data[0]["message"]!["usage"]!["input_tokens"]!);
        Assert.Equal("""{"type":"text_delta","text":" two"}""", data[4]["delta"]!.ToJsonString());
        Assert.Equal("""{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":60,"output_tokens":20}""", data[6]["usage"]!.ToJsonString());
        Assert.Equal("end_turn", (string?)data[6]["delta"]!["stop_reason"]);
    }

    [Fact]
    public async Task A_stream_numbers_its_blocks_and_signs_its_thinking()
    {
        _fake.Reply(Counted with { Thinking = "Hm.", ToolCalls = [new("add", """{"a":1}""")] });

        var data = Post.Json(Post.Events(await Post.TextAsync(_fake.Anthropic, Post.MessagesPath, Post.MessagesStream)));

        Assert.Equal("thinking text tool_use", string.Join(' ', data.Where(d => (string?)d["type"] == "content_block_start").Select(d => (string?)d["content_block"]!["type"])));
        Assert.Equal(
            "thinking_delta:0 signature_delta:0 text_delta:1 text_delta:1 input_json_delta:2 input_json_delta:2",
            string.Join(' ', data.Where(d => (string?)d["type"] == "content_block_delta").Select(d => $"{d["delta"]!["type"]}:{d["index"]}")));
        Assert.Single(data, d => (string?)d["type"] == "ping");
    }

    [Fact]
    public async Task Rate_limits_are_in_rfc_3339_by_the_given_clock()
    {
        _fake.Reply(Counted, FakeReply.RateLimited(TimeSpan.FromSeconds(30)));

        using var success = await Post.SendAsync(_fake.Anthropic, Post.MessagesPath, Post.Messages);
        using var limited = await Post.SendAsync(_fake.Anthropic, Post.MessagesPath, Post.Messages);

        Assert.Equal("2030-01-02T03:04:05Z", Header(success, "anthropic-ratelimit-requests-reset"));
        Assert.Equal("3999", Header(success, "anthropic-ratelimit-requests-remaining"));
        Assert.Equal("1999990", Header(success, "anthropic-ratelimit-input-tokens-remaining"));
        Assert.Equal("2030-01-02T03:04:35Z", Header(limited, "anthropic-ratelimit-requests-reset"));
        Assert.Equal("0", Header(limited, "anthropic-ratelimit-requests-remaining"));
        Assert.Equal("30", Header(limited, "retry-after"));
        Assert.Equal("true", Header(limited, "x-should-retry"));
        Assert.StartsWith("req_01", Header(success, "request-id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_has_the_request_id_of_its_header()
    {
        _fake.Reply(FakeReply.Overloaded());

        using var response = await Post.SendAsync(_fake.Anthropic, Post.MessagesPath, Post.Messages);

        Assert.Equal(529, (int)response.StatusCode);
        var id = Header(response, "request-id");
        Assert.Equal($$$"""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"{{{id}}}"}""", await response.Content.ReadAsStringAsync());
    }

    static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
