using System.Text;

namespace AiTelemetry.Testing.Tests;

public sealed class ScriptTests : IAsyncLifetime
{
    readonly ManualClock _clock = new();
    FakeProvider _fake = null!;

    public static TheoryData<string, string, string> EveryFormat => Post.EveryFormat;

    public static TheoryData<FakeReply> Contradictions { get; } = new()
    {
        new FakeReply { InputTokens = 10, CachedTokens = 6, CacheWriteTokens = 5 },
        new FakeReply { OutputTokens = 10, ReasoningTokens = 11 },
        new FakeReply { InputTokens = -1 },
        new FakeReply { Encoding = "zip" },
        new FakeReply { SplitEvery = 0 },
        new FakeReply { Chunks = 0 },
        new FakeReply { FaultAfter = -1 },
        new FakeReply { DelayPerChunk = TimeSpan.FromSeconds(-1) },
        new FakeReply { Status = 600 },
        new FakeReply { Status = 429, Fault = FakeFault.ErrorInsideStream },
    };

    public async Task InitializeAsync() => _fake = await FakeProvider.StartAsync(new() { Time = _clock, KeptCalls = 5 });

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task The_body_received_is_the_body_written_down(string endpoint, string path, string body)
    {
        _fake.Reply(new FakeReply { Text = "Hi", InputTokens = 1200, OutputTokens = 34, CachedTokens = 1024 });

        var text = await Post.TextAsync(_fake.Endpoint(endpoint), path, body);

        var call = Assert.Single(_fake.Calls);
        await call.Ended;
        Assert.Equal(text, Encoding.UTF8.GetString(call.GetBody()));
        Assert.Equal(Encoding.UTF8.GetByteCount(text), call.BytesSent);
        Assert.Equal(endpoint, call.Request.Provider);
        Assert.Equal("/" + path, call.Request.Path);
        Assert.Equal(body, call.Request.Body);
        Assert.Equal("POST", call.Request.Method);
        Assert.Equal(200, call.Status);
        Assert.Equal((1200, 34, 1024), (call.Usage!.Value.Input, call.Usage.Value.Output, call.Usage.Value.CacheRead));
        Assert.Equal(call.Request.Model, call.Model);
        Assert.Contains(call.ResponseId!, text, StringComparison.Ordinal);
        Assert.False(call.ClientLeft);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task Counts_that_were_not_scripted_follow_from_request_and_answer(string endpoint, string path, string body)
    {
        _fake.DefaultReply = new FakeReply { Text = "12345678", IncludeUsage = true };

        await Post.TextAsync(_fake.Endpoint(endpoint), path, body);
        await Post.TextAsync(_fake.Endpoint(endpoint), path, body);

        Assert.Equal((body.Length + 3) / 4, _fake.Calls[0].Usage!.Value.Input);
        Assert.Equal(2, _fake.Calls[0].Usage!.Value.Output);
        Assert.Equal(_fake.Calls[0].Usage, _fake.Calls[1].Usage);
        Assert.NotEqual(_fake.Calls[0].ResponseId, _fake.Calls[1].ResponseId, StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task An_answer_without_usage_has_none_anywhere(string endpoint, string path, string body)
    {
        _fake.Reply(new FakeReply { IncludeUsage = false });

        var text = await Post.TextAsync(_fake.Endpoint(endpoint), path, body);

        Assert.DoesNotContain("okens\":1", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("\"usage\":{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("usageMetadata", text, StringComparison.Ordinal);
        Assert.Null(_fake.Calls[0].Usage);
        Assert.NotNull(_fake.Calls[0].FinishReason);
    }

    [Fact]
    public async Task Replies_are_given_in_their_order_and_then_the_default()
    {
        _fake.DefaultReply = new FakeReply { Text = "default" };
        _fake.Reply(new FakeReply { Text = "first" }, new FakeReply { Text = "second" });
        _fake.Reply(new FakeReply { Text = "third" });

        var texts = new List<string?>();
        for (var i = 0; i < 5; i++)
            texts.Add((string?)(await Post.JsonAsync(_fake.Anthropic, Post.MessagesPath, Post.Messages))["content"]![0]!["text"]);

        Assert.Equal("first second third default default", string.Join(' ', texts));
    }

    [Fact]
    public async Task A_script_answers_before_the_queue_and_may_leave_a_call_to_it()
    {
        _fake.Reply(new FakeReply { Text = "queued" });
        _fake.WhenCall(request => request.Model == "gpt-4o" ? new FakeReply { Text = $"call {request.Number} for {request.Provider}" } : null);

        var scripted = await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);
        var queued = await Post.TextAsync(_fake.OpenAi, Post.ResponsesPath, Post.Responses);

        Assert.Contains("call 1 for openai", scripted, StringComparison.Ordinal);
        Assert.Contains("queued", queued, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_throws_is_shown_to_the_client()
    {
        _fake.WhenCall(_ => throw new InvalidOperationException("No such case."));

        using var response = await Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Equal(500, (int)response.StatusCode);
        Assert.Contains("No such case.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task A_reply_that_contradicts_itself_is_refused_at_once(FakeReply reply)
    {
        Assert.Throws<ArgumentException>(() => _fake.Reply(new FakeReply(), reply));
        Assert.Throws<ArgumentException>(() => _fake.DefaultReply = reply);
        Assert.Throws<ArgumentOutOfRangeException>(() => FakeReply.Error(200));

        await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat); // none of the refused ones is left in the queue
        Assert.Same(_fake.DefaultReply, _fake.Calls[0].Reply);
    }

    [Fact]
    public async Task A_raw_body_is_sent_as_it_is_on_any_path()
    {
        _fake.WhenCall(_ => FakeReply.Raw("<html>Bad gateway</html>", "text/html", 502) with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-proxy"] = "yes" } });

        using var response = await Post.Client.GetAsync(new Uri(_fake.OpenAi, "anything"));

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("<html>Bad gateway</html>", await response.Content.ReadAsStringAsync());
        Assert.Equal("yes", response.Headers.GetValues("x-proxy").Single());
        Assert.Null(_fake.Calls[0].Model);
    }

    [Theory]
    [InlineData("openai", "v1/unknown", "{}", 404)]
    [InlineData("anthropic", "v1/unknown", "{}", 404)]
    [InlineData("gemini", "v1/unknown", "{}", 404)]
    [InlineData("openai", Post.ChatPath, "not json", 400)]
    [InlineData("anthropic", Post.MessagesPath, "[]", 400)]
    public async Task What_no_provider_understands_is_refused_and_uses_up_no_reply(string endpoint, string path, string body, int status)
    {
        _fake.Reply(new FakeReply { Text = "still here" });

        using var refused = await Post.SendAsync(_fake.Endpoint(endpoint), path, body);

        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Contains("\"error\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("still here", await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_can_be_replaced_and_taken_away()
    {
        _fake.Reply(new FakeReply { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Request-Id"] = "mine", ["openai-version"] = "" } });

        using var response = await Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Equal("mine", response.Headers.GetValues("x-request-id").Single());
        Assert.False(response.Headers.Contains("openai-version"));
    }

    [Fact]
    public async Task A_text_comes_in_as_many_chunks_as_scripted()
    {
        _fake.Reply(new FakeReply { Chunks = 200 }, new FakeReply { Text = "😀😀😀", Chunks = 6 });

        var many = Post.Json(Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream)));
        var few = Post.Json(Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream)));

        Assert.Equal(200 + 3, many.Count);
        Assert.Equal("😀|😀|😀", string.Join('|', few.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => (string?)choice!["delta"]!["content"]).Where(text => !string.IsNullOrEmpty(text))));
    }

    [Fact]
    public async Task Delays_go_by_the_given_clock()
    {
        _fake.Reply(new FakeReply { Text = "a b", Delay = TimeSpan.FromSeconds(7), DelayPerChunk = TimeSpan.FromSeconds(3) });
        var request = Post.TextAsync(_fake.Anthropic, Post.MessagesPath, Post.MessagesStream);

        for (var i = 0; i < 3; i++)
        {
            await _clock.WaitingAsync();
            Assert.False(request.IsCompleted);
            _clock.Ring();
        }

        await request;
        Assert.Equal("7, 3, 3", string.Join(", ", _clock.Delays.Select(delay => delay.TotalSeconds)));
    }

    [Fact]
    public async Task Only_the_last_calls_are_kept()
    {
        for (var i = 0; i < 8; i++)
            await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Equal([4, 5, 6, 7, 8], _fake.Calls.Select(call => call.Request.Number));
    }

    [Fact]
    public async Task A_reset_forgets_calls_and_script()
    {
        _fake.Reply(new FakeReply { Text = "queued" }, new FakeReply { Text = "queued" });
        _fake.DefaultReply = new FakeReply { Text = "default" };
        await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);
        _fake.WhenCall(_ => new FakeReply { Text = "scripted" });

        _fake.Reset();

        Assert.Empty(_fake.Calls);
        Assert.Contains("Hello from the fake provider.", await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.Chat), StringComparison.Ordinal);
        Assert.Single(_fake.Calls);
    }

    [Fact]
    public async Task A_hundred_calls_at_once_each_get_their_own_answer()
    {
        _fake.WhenCall(request => new FakeReply { Text = request.Json!.Value.GetProperty("model").GetString(), ResponseId = $"msg_{request.Model}" });

        var texts = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Post.TextAsync(_fake.Anthropic, Post.MessagesPath, $$"""{"model":"m{{i}}","stream":true}""")));

        for (var i = 0; i < 100; i++)
            Assert.Contains($"\"text\":\"m{i}\"", texts[i], StringComparison.Ordinal);
    }
}
