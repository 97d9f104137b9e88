using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace AiTelemetry.Testing.Tests;

public sealed class OpenAiSdkTests : IAsyncLifetime, IDisposable
{
    static readonly FakeReply Counted = new()
    {
        Text = "Hello there.",
        Model = "gpt-4o-2024-08-06",
        InputTokens = 1200,
        OutputTokens = 340,
        CachedTokens = 1024,
        ReasoningTokens = 256,
    };

    static readonly FakeReply Weather = new() { ToolCalls = [new("get_weather", """{"city":"Berlin","unit":"celsius"}""")], InputTokens = 80, OutputTokens = 17 };

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
    public async Task A_chat_completion_has_the_scripted_text_model_and_tokens()
    {
        _fake.Reply(Counted);

        ChatCompletion completion = await Chat().CompleteChatAsync("Say hello.");

        Assert.Equal("Hello there.", completion.Content[0].Text);
        Assert.Equal("gpt-4o-2024-08-06", completion.Model);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.Equal(_fake.Calls[0].ResponseId, completion.Id);
        AssertCounted(completion.Usage);
    }

    [Fact]
    public async Task A_chat_stream_has_the_scripted_text_model_and_tokens()
    {
        _fake.Reply(Counted);
        var text = "";
        ChatTokenUsage? usage = null;

        await foreach (var update in Chat().CompleteChatStreamingAsync("Say hello."))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage = update.Usage ?? usage;
            Assert.Equal("gpt-4o-2024-08-06", update.Model);
        }

        Assert.Equal("Hello there.", text);
        AssertCounted(usage!);
        AssertSent(_fake.Calls[0]);
    }

    [Fact]
    public async Task A_chat_completion_can_call_a_tool()
    {
        _fake.Reply(Weather);

        ChatCompletion completion = await Chat().CompleteChatAsync("What is the weather?");

        Assert.Equal(ChatFinishReason.ToolCalls, completion.FinishReason);
        Assert.Equal("get_weather", completion.ToolCalls[0].FunctionName);
        Assert.Equal("""{"city":"Berlin","unit":"celsius"}""", completion.ToolCalls[0].FunctionArguments.ToString());
        Assert.StartsWith("call_", completion.ToolCalls[0].Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_stream_can_call_a_tool()
    {
        _fake.Reply(Weather);
        string name = "", arguments = "";
        ChatFinishReason? reason = null;

        await foreach (var update in Chat().CompleteChatStreamingAsync("What is the weather?"))
        {
            name += string.Concat(update.ToolCallUpdates.Select(call => call.FunctionName));
            arguments += string.Concat(update.ToolCallUpdates.Select(call => call.FunctionArgumentsUpdate?.ToString()));
            reason = update.FinishReason ?? reason;
        }

        Assert.Equal("get_weather", name);
        Assert.Equal("""{"city":"Berlin","unit":"celsius"}""", arguments);
        Assert.Equal(ChatFinishReason.ToolCalls, reason);
    }

    [Fact]
    public async Task A_response_has_the_scripted_text_model_and_tokens()
    {
        _fake.Reply(Counted);

        ResponseResult response = await Client().GetResponsesClient().CreateResponseAsync("gpt-4o", "Say hello.");

        Assert.Equal("Hello there.", response.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, response.Status);
        AssertCounted(response);
        AssertSent(_fake.Calls[0]);
    }

    [Fact]
    public async Task A_response_stream_has_the_scripted_text_model_and_tokens()
    {
        _fake.Reply(Counted with { Thinking = "A greeting is wanted." });
        var text = "";
        ResponseResult? last = null;

        await foreach (var update in await Client().GetResponsesClient().CreateResponseStreamingAsync("gpt-4o", "Say hello."))
        {
            text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            last = update is StreamingResponseCompletedUpdate completed ? completed.Response : last;
        }

        Assert.Equal("Hello there.", text);
        Assert.Equal("Hello there.", last!.GetOutputText());
        Assert.Equal("A greeting is wanted.", last.OutputItems.OfType<ReasoningResponseItem>().Single().GetSummaryText());
        AssertCounted(last);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_can_call_a_tool(bool streaming)
    {
        _fake.Reply(Weather);
        var client = Client().GetResponsesClient();
        FunctionCallResponseItem? call = null;

        if (streaming)
        {
            await foreach (var update in await client.CreateResponseStreamingAsync("gpt-4o", "What is the weather?"))
                call = update is StreamingResponseOutputItemDoneUpdate done ? done.Item as FunctionCallResponseItem : call;
        }
        else
        {
            ResponseResult response = await client.CreateResponseAsync("gpt-4o", "What is the weather?");
            call = response.OutputItems.OfType<FunctionCallResponseItem>().Single();
        }

        Assert.Equal("get_weather", call!.FunctionName);
        Assert.Equal("""{"city":"Berlin","unit":"celsius"}""", call.FunctionArguments.ToString());
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "invalid_request_error")]
    [InlineData(500, "server_error")]
    public async Task An_error_reaches_the_app_as_the_sdk_s_exception(int status, string type)
    {
        _fake.Reply(FakeReply.Error(status));

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Chat().CompleteChatAsync("Say hello."));

        Assert.Equal(status, error.Status);
        Assert.Contains(type, error.Message, StringComparison.Ordinal);
        Assert.Equal(type, _fake.Calls[0].ErrorType);
    }

    [Fact]
    public async Task A_rate_limited_call_is_tried_again_by_the_sdk_with_the_same_body()
    {
        _fake.Reply(FakeReply.RateLimited(TimeSpan.Zero), Counted);

        ChatCompletion completion = await Chat(retries: 1).CompleteChatAsync("Say hello.");

        Assert.Equal("Hello there.", completion.Content[0].Text);
        Assert.Equal([429, 200], _fake.Calls.Select(call => call.Status));
        Assert.Equal(_fake.Calls[0].Request.Body, _fake.Calls[1].Request.Body);
        Assert.NotSame(_spy.Requests[0], _spy.Requests[1]);
    }

    [Fact]
    public async Task An_error_inside_a_chat_stream_ends_it_without_an_answer()
    {
        _fake.Reply(Counted with { Fault = FakeFault.ErrorInsideStream });
        var reasons = new List<ChatFinishReason?>();

        var error = await Record.ExceptionAsync(async () =>
        {
            await foreach (var update in Chat().CompleteChatStreamingAsync("Say hello."))
                reasons.Add(update.FinishReason);
        });

        Assert.DoesNotContain(ChatFinishReason.Stop, reasons);
        Assert.Equal("server_error", _fake.Calls[0].ErrorType);
        Assert.Null(_fake.Calls[0].Usage);
        Assert.Null(error); // OpenAI 2.15.0 passes over the chunk with the error
    }

    static void AssertCounted(ChatTokenUsage usage)
    {
        Assert.Equal(1200, usage.InputTokenCount);
        Assert.Equal(340, usage.OutputTokenCount);
        Assert.Equal(1540, usage.TotalTokenCount);
        Assert.Equal(1024, usage.InputTokenDetails.CachedTokenCount);
        Assert.Equal(256, usage.OutputTokenDetails.ReasoningTokenCount);
    }

    static void AssertCounted(ResponseResult response)
    {
        Assert.Equal("gpt-4o-2024-08-06", response.Model);
        Assert.Equal(1200, response.Usage.InputTokenCount);
        Assert.Equal(340, response.Usage.OutputTokenCount);
        Assert.Equal(1024, response.Usage.InputTokenDetails.CachedTokenCount);
        Assert.Equal(256, response.Usage.OutputTokenDetails.ReasoningTokenCount);
    }

    static void AssertSent(FakeCall call)
    {
        Assert.Equal(1200, call.Usage!.Value.Input);
        Assert.Equal(340, call.Usage.Value.Output);
        Assert.Equal(1024, call.Usage.Value.CacheRead);
        Assert.Equal(256, call.Usage.Value.Reasoning);
        Assert.Equal("gpt-4o-2024-08-06", call.Model);
    }

    ChatClient Chat(int retries = 0) => Client(retries).GetChatClient("gpt-4o");

    OpenAIClient Client(int retries = 0) => new(new ApiKeyCredential("fake-key"), new OpenAIClientOptions
    {
        Endpoint = new Uri(_fake.OpenAi, "v1"),
        Transport = new HttpClientPipelineTransport(_http),
        RetryPolicy = new PromptRetry(retries),
    });

    /// <summary>The SDK's own retries without their waiting.</summary>
    sealed class PromptRetry(int retries) : ClientRetryPolicy(retries)
    {
        protected override TimeSpan GetNextDelay(PipelineMessage message, int tryCount) => TimeSpan.Zero;
    }
}
