using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace AiTelemetry.Testing.Tests;

public sealed class AnthropicSdkTests : IAsyncLifetime, IDisposable
{
    static readonly FakeReply Counted = new()
    {
        Text = "Hello there.",
        Thinking = "A greeting is wanted.",
        Model = "claude-sonnet-4-5-20250929",
        InputTokens = 1500,
        OutputTokens = 340,
        CachedTokens = 1000,
        CacheWriteTokens = 200,
        CacheWrite1hTokens = 100,
        ReasoningTokens = 256,
    };

    static readonly FakeReply Weather = new() { ToolCalls = [new("get_weather", """{"city":"Berlin"}""")] };

    readonly SpyHandler _spy = new();
    HttpClient _http = null!;
    FakeProvider _fake = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeProvider.StartAsync();
        _http = new HttpClient(_spy);
    }

    public async Task DisposeAsync() => await _fake.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _spy.Dispose();
    }

    [Fact]
    public async Task A_message_has_the_scripted_content_and_anthropic_s_split_of_the_tokens()
    {
        _fake.Reply(Counted);

        var message = await Client().Messages.Create(Say("Say hello."));

        Assert.True(message.Content[0].TryPickThinking(out var thinking));
        Assert.Equal("A greeting is wanted.", thinking.Thinking);
        Assert.True(message.Content[1].TryPickText(out var text));
        Assert.Equal("Hello there.", text.Text);
        Assert.Equal(200, message.Usage.InputTokens);
        Assert.Equal(340, message.Usage.OutputTokens);
        Assert.Equal(1000, message.Usage.CacheReadInputTokens);
        Assert.Equal(300, message.Usage.CacheCreationInputTokens);
        Assert.Equal(200, message.Usage.CacheCreation!.Ephemeral5mInputTokens);
        Assert.Equal(100, message.Usage.CacheCreation.Ephemeral1hInputTokens);
        Assert.Equal(_fake.Calls[0].ResponseId, message.ID);
        AssertSent(_fake.Calls[0]);
    }

    [Fact]
    public async Task A_stream_has_the_scripted_text_and_cumulative_usage_in_its_delta()
    {
        _fake.Reply(Counted);
        var text = "";
        var starts = new List<long>();
        var deltas = new List<long>();

        await foreach (var streamed in Client().Messages.CreateStreaming(Say("Say hello.")))
        {
            if (streamed.TryPickStart(out var start))
                starts.Add(start.Message.Usage.OutputTokens);
            if (streamed.TryPickContentBlockDelta(out var block) && block.Delta.TryPickText(out var delta))
                text += delta.Text;
            if (streamed.TryPickDelta(out var end))
                deltas.Add(end.Usage.OutputTokens);
        }

        Assert.Equal("Hello there.", text);
        Assert.Equal([1L], starts);
        Assert.Equal([340L], deltas);
        AssertSent(_fake.Calls[0]);
    }

    [Fact]
    public async Task A_message_can_call_a_tool()
    {
        _fake.Reply(Weather);

        var message = await Client().Messages.Create(Say("What is the weather?"));

        Assert.True(message.Content[0].TryPickToolUse(out var use));
        Assert.Equal("get_weather", use.Name);
        Assert.Equal("Berlin", use.Input["city"].GetString());
        Assert.Equal("tool_use", message.StopReason!.Raw());
    }

    [Fact]
    public async Task A_stream_can_call_a_tool()
    {
        _fake.Reply(Weather);
        var arguments = "";

        await foreach (var streamed in Client().Messages.CreateStreaming(Say("What is the weather?")))
        {
            if (streamed.TryPickContentBlockDelta(out var block) && block.Delta.TryPickInputJson(out var json))
                arguments += json.PartialJson;
        }

        Assert.Equal("""{"city":"Berlin"}""", arguments);
        Assert.Equal("tool_use", _fake.Calls[0].FinishReason);
    }

    [Fact]
    public async Task A_rate_limited_call_is_tried_again_by_the_sdk()
    {
        _fake.Reply(FakeReply.RateLimited(TimeSpan.Zero), Counted);

        await Client(retries: 1).Messages.Create(Say("Say hello."));

        Assert.Equal([429, 200], _fake.Calls.Select(call => call.Status));
        Assert.Equal("0, 1", string.Join(", ", _fake.Calls.Select(call => call.Request.Headers["x-stainless-retry-count"])));
        Assert.NotSame(_spy.Requests[0], _spy.Requests[1]);
    }

    [Fact]
    public async Task Errors_reach_the_app_as_the_sdk_s_exceptions()
    {
        _fake.Reply(FakeReply.Error(400), FakeReply.Error(401), FakeReply.RateLimited(), FakeReply.Error(500), FakeReply.Overloaded());
        var client = Client();

        await Assert.ThrowsAsync<AnthropicBadRequestException>(() => client.Messages.Create(Say("Say hello.")));
        await Assert.ThrowsAsync<AnthropicUnauthorizedException>(() => client.Messages.Create(Say("Say hello.")));
        await Assert.ThrowsAsync<AnthropicRateLimitException>(() => client.Messages.Create(Say("Say hello.")));
        await Assert.ThrowsAsync<Anthropic5xxException>(() => client.Messages.Create(Say("Say hello.")));
        await Assert.ThrowsAsync<AnthropicOverloadedException>(() => client.Messages.Create(Say("Say hello.")));

        Assert.Equal([400, 401, 429, 500, 529], _fake.Calls.Select(call => call.Status));
        Assert.Equal(
            "invalid_request_error, authentication_error, rate_limit_error, api_error, overloaded_error",
            string.Join(", ", _fake.Calls.Select(call => call.ErrorType)));
    }

    [Fact]
    public async Task An_error_inside_a_stream_reaches_the_app_as_the_sdk_s_exception()
    {
        _fake.Reply(Counted with { Fault = FakeFault.ErrorInsideStream });

        await Assert.ThrowsAnyAsync<AnthropicException>(async () =>
        {
            await foreach (var streamed in Client().Messages.CreateStreaming(Say("Say hello.")))
                Assert.False(streamed.TryPickStop(out _));
        });

        Assert.Equal("overloaded_error", _fake.Calls[0].ErrorType);
        Assert.Equal(1, _fake.Calls[0].Usage!.Value.Output);
    }

    static void AssertSent(FakeCall call)
    {
        var usage = call.Usage!.Value;
        Assert.Equal(1500, usage.Input);
        Assert.Equal(340, usage.Output);
        Assert.Equal(1000, usage.CacheRead);
        Assert.Equal(200, usage.CacheWrite);
        Assert.Equal(100, usage.CacheWrite1h);
        Assert.Equal(256, usage.Reasoning);
    }

    static MessageCreateParams Say(string text) => new()
    {
        Model = "claude-sonnet-4-5",
        MaxTokens = 100,
        Messages = [new UserMessageParam(text)],
    };

    AnthropicClient Client(int retries = 0) => new() { ApiKey = "fake-key", BaseUrl = _fake.Anthropic.ToString(), HttpClient = _http, MaxRetries = retries };
}
