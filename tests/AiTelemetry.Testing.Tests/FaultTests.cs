namespace AiTelemetry.Testing.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    static readonly FakeReply Ten = new() { Text = "a b c d e f g h i j", InputTokens = 100, OutputTokens = 10, Fault = FakeFault.None };

    readonly ManualClock _clock = new();
    FakeProvider _fake = null!;

    public static TheoryData<string, string, string> EveryFormat => Post.EveryFormat;

    public static TheoryData<string, string, string, string> EveryStreamAndItsError { get; } = new()
    {
        { "openai", Post.ChatPath, Post.ChatStream, "server_error" },
        { "openai", Post.ResponsesPath, Post.ResponsesStream, "server_error" },
        { "anthropic", Post.MessagesPath, Post.MessagesStream, "overloaded_error" },
        { "gemini", Post.GeminiSsePath, Post.Gemini, "UNAVAILABLE" },
        { "gemini", Post.GeminiArrayPath, Post.Gemini, "UNAVAILABLE" },
    };

    public async Task InitializeAsync() => _fake = await FakeProvider.StartAsync(new() { Time = _clock, EndlessChunks = 500 });

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    [Theory]
    [MemberData(nameof(EveryStreamAndItsError))]
    public async Task An_error_inside_a_stream_is_its_last_event(string endpoint, string path, string body, string type)
    {
        _fake.Reply(Ten with { Fault = FakeFault.ErrorInsideStream, FaultAfter = 3 });

        using var response = await Post.SendAsync(_fake.Endpoint(endpoint), path, body);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("\" c\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\" d\"", text, StringComparison.Ordinal);
        Assert.Contains(type, text[text.IndexOf("\" c\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Equal(type, _fake.Calls[0].ErrorType);
        Assert.Null(_fake.Calls[0].FinishReason);
    }

    [Theory]
    [MemberData(nameof(EveryStreamAndItsError))]
    public async Task An_error_before_the_first_content_leaves_a_stream_that_can_be_parsed(string endpoint, string path, string body, string type)
    {
        _fake.Reply(Ten with { Fault = FakeFault.ErrorInsideStream, FaultAfter = 0 });

        var text = await Post.TextAsync(_fake.Endpoint(endpoint), path, body);

        if (path == Post.GeminiArrayPath)
            Assert.Equal(503, (int)System.Text.Json.Nodes.JsonNode.Parse(text)![0]!["error"]!["code"]!);
        else
            Assert.Contains(Post.Json(Post.Events(text, endpoint == "gemini" ? "\r\n" : "\n")), data => data["error"] is not null);
        Assert.Equal(type, _fake.Calls[0].ErrorType);
    }

    [Fact]
    public async Task A_failed_response_stream_goes_on_counting_and_ends_with_response_failed()
    {
        _fake.Reply(Ten with { Fault = FakeFault.ErrorInsideStream, FaultAfter = 2 });

        var events = Post.Events(await Post.TextAsync(_fake.OpenAi, Post.ResponsesPath, Post.ResponsesStream));

        Assert.Equal("error response.failed", string.Join(' ', events[^2..].Select(e => e.Name)));
        Assert.Equal(Enumerable.Range(0, events.Count), Post.Json(events).Select(data => (int)data["sequence_number"]!));
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task An_aborted_connection_fails_the_read_after_what_was_sent_has_arrived(string endpoint, string path, string body)
    {
        _fake.Reply(Ten with { Fault = FakeFault.AbortConnection });
        using var response = await Post.SendAsync(_fake.Endpoint(endpoint), path, body, HttpCompletionOption.ResponseHeadersRead);
        using var received = new MemoryStream();

        await Assert.ThrowsAsync<HttpIOException>(async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(received));

        await _fake.Calls[0].Ended;
        Assert.NotEqual(0, received.Length);
        Assert.Equal(_fake.Calls[0].GetBody(), received.ToArray());
        Assert.Null(_fake.Calls[0].FinishReason);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task A_truncated_body_ends_early_and_properly(string endpoint, string path, string body)
    {
        _fake.Reply(Ten with { Fault = FakeFault.Truncated }, Ten);

        var cut = await Post.TextAsync(_fake.Endpoint(endpoint), path, body);
        var whole = await Post.TextAsync(_fake.Endpoint(endpoint), path, body);

        Assert.InRange(cut.Length, whole.Length / 4, whole.Length * 3 / 4);
        Assert.Null(_fake.Calls[0].FinishReason);
        Assert.NotNull(_fake.Calls[1].FinishReason);
    }

    [Fact]
    public async Task A_truncated_body_can_have_a_content_length()
    {
        _fake.Reply(Ten with { Fault = FakeFault.Truncated, Chunked = false });

        using var response = await Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.Chat);

        Assert.Equal((await response.Content.ReadAsByteArrayAsync()).Length, response.Content.Headers.ContentLength);
        Assert.Equal(_fake.Calls[0].BytesSent, response.Content.Headers.ContentLength);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task An_endless_answer_goes_on_until_its_bound(string endpoint, string path, string body)
    {
        _fake.Reply(Ten with { Fault = FakeFault.Endless });

        var text = await Post.TextAsync(_fake.Endpoint(endpoint), path, body);

        Assert.True(text.Split("word").Length > 500, text);
        Assert.Null(_fake.Calls[0].FinishReason);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task An_endless_answer_stops_when_the_client_goes_away(string endpoint, string path, string body)
    {
        await using var fake = await FakeProvider.StartAsync(new() { EndlessChunks = int.MaxValue });
        fake.DefaultReply = Ten with { Fault = FakeFault.Endless };
        using (var response = await Post.SendAsync(fake.Endpoint(endpoint), path, body, HttpCompletionOption.ResponseHeadersRead))
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[10_000]);

        await fake.Calls[0].Ended.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(fake.Calls[0].ClientLeft);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task A_stalled_answer_waits_until_the_client_goes_away(string endpoint, string path, string body)
    {
        _fake.Reply(Ten with { Fault = FakeFault.Stalls });
        using (var response = await Post.SendAsync(_fake.Endpoint(endpoint), path, body, HttpCompletionOption.ResponseHeadersRead))
        {
            await _clock.WaitingAsync();
            var sent = _fake.Calls[0].GetBody();
            var received = new byte[sent.Length];
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(received);
            Assert.Equal(sent, received);
            Assert.False(_fake.Calls[0].Ended.IsCompleted);
        }

        await _fake.Calls[0].Ended.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(_fake.Calls[0].ClientLeft);
    }

    [Fact]
    public async Task A_stalled_answer_is_cut_off_at_last()
    {
        _fake.Reply(Ten with { Fault = FakeFault.Stalls });
        using var response = await Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream, HttpCompletionOption.ResponseHeadersRead);
        await _clock.WaitingAsync();

        _clock.Ring();

        await Assert.ThrowsAsync<HttpIOException>(async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null));
        Assert.Equal([TimeSpan.FromMinutes(5)], _clock.Delays);
    }

    [Fact]
    public async Task An_unanswered_request_has_no_headers_until_it_is_given_up()
    {
        _fake.Reply(Ten with { Fault = FakeFault.NeverAnswers });
        using var givingUp = new CancellationTokenSource();
        var request = Post.Client.SendAsync(Post.Request(_fake.OpenAi, Post.ChatPath, Post.Chat), givingUp.Token);
        await _clock.WaitingAsync();
        Assert.Equal(0, _fake.Calls[0].Status);

        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await _fake.Calls[0].Ended.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(_fake.Calls[0].ClientLeft);
    }

    [Theory]
    [MemberData(nameof(EveryFormat))]
    public async Task A_dropped_connection_fails_the_request_itself(string endpoint, string path, string body)
    {
        _fake.Reply(Ten with { Fault = FakeFault.DropsConnection });

        await Assert.ThrowsAsync<HttpRequestException>(() => Post.SendAsync(_fake.Endpoint(endpoint), path, body));

        await _fake.Calls[0].Ended;
        Assert.Equal(0, _fake.Calls[0].Status);
        Assert.Single(_fake.Calls);
    }

    [Fact]
    public async Task The_next_call_is_answered_as_if_nothing_had_happened()
    {
        _fake.Reply(Ten with { Fault = FakeFault.AbortConnection }, Ten with { Fault = FakeFault.DropsConnection }, Ten);
        await Assert.ThrowsAsync<HttpRequestException>(() => Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream));
        await Assert.ThrowsAsync<HttpRequestException>(() => Post.SendAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream));

        var text = await Post.TextAsync(_fake.OpenAi, Post.ChatPath, Post.ChatStream);

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }
}
