using System.ClientModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using OpenAI.Chat;

namespace AiTelemetry.Tests.Matrix;

/// <summary>A call inside a span that says it is that call: joined, not doubled.</summary>
[Collection(Alone.Name)]
public sealed class JoinedSpanTests : IDisposable
{
    readonly ActivitySource _app = new("the app");
    readonly Listening _listening = new("the app");

    /// <summary>The OpenAI SDK asks for its switch once; it makes spans only where somebody listens to its own sources.</summary>
    [ModuleInitializer]
    internal static void SwitchOn() => AppContext.SetSwitch("OpenAI.Experimental.EnableOpenTelemetry", true);

    public void Dispose()
    {
        _listening.Dispose();
        _app.Dispose();
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("generate_content")]
    [InlineData("text_completion")]
    [InlineData("embeddings")]
    public async Task An_enclosing_inference_span_gets_usage_and_cost_and_stays_the_only_one(string operation)
    {
        using var app = new TestApp();
        using var span = _app.StartActivity(operation, ActivityKind.Client)!.SetTag("gen_ai.operation.name", operation);

        await CallAsync(app);

        Assert.Empty(app.Recorder.Spans);
        Assert.False(span.IsStopped);
        Assert.Same(span, Activity.Current);
        Assert.Equal(1200, span.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.Equal(340, span.GetTagItem("gen_ai.usage.output_tokens"));
        Assert.NotNull(span.GetTagItem("aitelemetry.cost.status"));
        Assert.Equal(span.TraceId.ToHexString(), Assert.Single(app.Recorder.Calls).TraceId);
        Assert.Equal(1, app.Recorder.Count("llm_provider_request_seconds"));
        Assert.Equal(1200, app.Recorder.Sum("llm_provider_tokens_total", ("type", "prompt")));
    }

    [Fact]
    public async Task A_second_attempt_inside_a_joined_span_gets_a_span_of_its_own()
    {
        using var app = new TestApp();
        using var span = _app.StartActivity("chat gpt-4o", ActivityKind.Client)!.SetTag("gen_ai.operation.name", "chat");

        await CallAsync(app, System.Net.HttpStatusCode.TooManyRequests);
        await CallAsync(app);

        var own = Assert.Single(app.Recorder.Spans);
        Assert.Equal(span.SpanId, own.ParentSpanId);
        Assert.Equal(2, own.GetTagItem("aitelemetry.attempt"));
        Assert.Equal([1, 2], app.Recorder.Calls.Select(call => call.Attempt));
        Assert.Equal(ActivityStatusCode.Unset, span.Status); // whether its operation failed is for the span's owner to say
    }

    [Theory]
    [InlineData("invoke_agent")]
    [InlineData("execute_tool")]
    [InlineData("create_agent")]
    [InlineData(null)]
    public async Task A_span_of_something_else_is_the_parent_of_ours(string? operation)
    {
        using var app = new TestApp();
        using var span = _app.StartActivity("work")!.SetTag("gen_ai.operation.name", operation);

        await CallAsync(app);
        await CallAsync(app);

        Assert.Equal(2, app.Recorder.Spans.Count);
        Assert.All(app.Recorder.Spans, own => Assert.Equal(span.SpanId, own.ParentSpanId));
        Assert.Null(span.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.All(app.Recorder.Calls, call => Assert.Equal(1, call.Attempt));
    }

    [Fact]
    public async Task An_inference_span_that_is_over_is_not_joined()
    {
        using var app = new TestApp();
        using var span = _app.StartActivity("chat gpt-4o", ActivityKind.Client)!.SetTag("gen_ai.operation.name", "chat");
        AmbientActivityTests.StopElsewhere(span);

        await CallAsync(app);

        Assert.Single(app.Recorder.Spans);
        Assert.Null(span.GetTagItem("gen_ai.usage.input_tokens"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_OpenAI_SDK_s_own_span_is_joined(bool retries)
    {
        using var sdk = new Listening("OpenAI.ChatClient");
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp();
        using var http = app.Client();
        fake.Reply(retries ? [FakeReply.RateLimited(TimeSpan.Zero), MatrixCall.Answer] : [MatrixCall.Answer]);
        var chat = OpenAiSdkClient.Client(http, fake.OpenAi, retries ? Ending.RateLimitedThenSuccess : Ending.Success, MatrixCall.LongestPatience).GetChatClient("gpt-4o");

        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: default);

        Assert.Equal(MatrixCall.Answer.Text, answer.Content[0].Text);
        var span = Assert.Single(sdk.Spans);
        Assert.Equal("chat", span.GetTagItem("gen_ai.operation.name"));
        var answered = retries ? Assert.Single(app.Recorder.Spans) : span;
        Assert.NotNull(answered.GetTagItem("aitelemetry.cost.status"));
        Assert.Equal(retries ? 1 : 0, app.Recorder.Spans.Count);
        Assert.All(app.Recorder.Spans, own => Assert.Equal(span.SpanId, own.ParentSpanId));
        Assert.Equal(retries ? 2 : 1, app.Recorder.Calls.Count);
        Assert.Equal(retries ? 2 : 1, app.Recorder.Count("llm_provider_request_seconds"));
        Assert.All(app.Recorder.Calls, call => Assert.Equal(span.TraceId.ToHexString(), call.TraceId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_Anthropic_SDK_s_own_span_is_joined(bool streaming)
    {
        using var sdk = new Listening("com.anthropic.sdk.csharp");
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp();
        using var http = app.Client();
        var call = new MatrixCall(fake, streaming, Ending.Success, HttpCompletionOption.ResponseHeadersRead);
        call.Script();

        await MatrixClient.Named("Anthropic SDK").CallAsync(http, call);

        var span = Assert.Single(sdk.Spans);
        Assert.Equal("chat", span.GetTagItem("gen_ai.operation.name"));
        Assert.Empty(app.Recorder.Spans);
        Assert.Equal(1, app.Recorder.Count("llm_provider_request_seconds"));
        Assert.Equal(1200, app.Recorder.Sum("llm_provider_tokens_total", ("type", "prompt")));
        Assert.NotNull(span.GetTagItem("aitelemetry.cost.status"));
        Assert.Equal(span.TraceId.ToHexString(), Assert.Single(app.Recorder.Calls).TraceId);
    }

    static async Task CallAsync(TestApp app, System.Net.HttpStatusCode status = System.Net.HttpStatusCode.OK)
    {
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        using var http = app.Client(new InMemoryHandler(_ =>
        {
            var response = fixture.Response(new MemoryStream(fixture.Body));
            response.StatusCode = status;
            return response;
        }));
        (await http.SendAsync(fixture.Request())).Dispose();
    }
}
