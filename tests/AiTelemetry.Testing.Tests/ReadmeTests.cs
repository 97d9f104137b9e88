using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using OpenAI;
using OpenAI.Chat;

namespace AiTelemetry.Testing.Tests;

/// <summary>What the package's README shows is cut from here.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task A_call_costs_what_it_was_scripted_to_cost()
    {
        // #region snippet-testing-start
        await using var fake = await FakeProvider.StartAsync();
        fake.Reply(new FakeReply { Text = "Hello", InputTokens = 1200, OutputTokens = 34, CachedTokens = 1024 });

        var client = new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(fake.OpenAi, "v1") });
        ChatCompletion answer = await client.GetChatClient("gpt-4o").CompleteChatAsync("Say hello.");

        Assert.Equal("Hello", answer.Content[0].Text);
        var call = Assert.Single(fake.Calls);
        Assert.Equal("gpt-4o", call.Request.Model);
        Assert.Equal(1200, call.Usage!.Value.Input);
        // #endregion
    }

    [Fact]
    public async Task Sdks_are_pointed_at_their_endpoints()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var http = new HttpClient();
        // #region snippet-testing-sdks
        var openAi = new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions
        {
            Endpoint = new Uri(fake.OpenAi, "v1"),
            Transport = new HttpClientPipelineTransport(http),
        });
        var anthropic = new AnthropicClient { ApiKey = "any", BaseUrl = fake.Anthropic.ToString(), HttpClient = http };
        var gemini = new Uri(fake.Gemini, "v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
        // #endregion
        Assert.NotNull(openAi);
        Assert.NotNull(anthropic);
        Assert.NotNull(gemini);
    }

    [Fact]
    public async Task Replies_can_be_scripted_in_many_ways()
    {
        await using var fake = await FakeProvider.StartAsync();
        // #region snippet-testing-script
        var reply = new FakeReply { Text = "It is 21 degrees in Berlin.", Model = "gpt-4o-2024-08-06" };
        fake.Reply(
            FakeReply.RateLimited(retryAfter: TimeSpan.FromSeconds(1)),                     // 429, then
            reply,                                                                          // the answer
            reply with { ToolCalls = [new("get_weather", """{"city":"Berlin"}""")] },
            reply with { Chunks = 20, DelayPerChunk = TimeSpan.FromMilliseconds(50) },      // a slow stream
            reply with { Encoding = "gzip", SplitEvery = 1 },                               // every byte on its own
            reply with { Fault = FakeFault.AbortConnection, FaultAfter = 3 },
            FakeReply.Error(401),
            FakeReply.Overloaded(),
            FakeReply.Raw("<html>Bad gateway</html>", "text/html", 502));
        fake.DefaultReply = reply;                                                          // when the queue is empty
        fake.WhenCall(request => request.Model == "gpt-4o-mini" ? reply with { OutputTokens = 5 } : null);
        // #endregion
        var body = """{"model":"gpt-4o","messages":[]}""";
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await Post.SendAsync(fake.OpenAi, Post.ChatPath, body);
            statuses.Add((int)response.StatusCode);
        }
        Assert.Equal([429, 200, 200], statuses);
    }
}
