using System.ClientModel;
using AiTelemetry.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Quickstart.Load;

/// <summary>Calls OpenAI with its own SDK: chat completions and Responses.</summary>
internal sealed class OpenAiLane(OpenAIClient client, Providers providers) : ILane
{
    const string Model = "gpt-4.1-mini";
    const string ResponsesModel = "gpt-4o-mini";

    static readonly ChatTool WeatherTool = ChatTool.CreateFunctionTool(Said.WeatherTool, functionParameters: BinaryData.FromString(Said.WeatherSchema));

    readonly ChatClient _chat = client.GetChatClient(Model);
    readonly ResponsesClient _responses = client.GetResponsesClient();

    public Provider Provider => providers.OpenAi;

    public IReadOnlyList<Step> Steps =>
    [
        Plain(1),
        Plain(2),
        Plain(3),
        Streaming(4),
        Streaming(5),
        new("abandoned stream", [Said.Endless(13)], AbandonAsync),
        new("Responses", [Said.Answer(6)], cancel => _responses.CreateResponseAsync(ResponsesModel, Said.Question(6), cancellationToken: cancel)),
        new("Responses, streaming", [Said.Answer(7)], StreamResponseAsync),
        Cached(8, cached: 0),
        Cached(9, cached: 1408),
        new("tool call", [Said.ToolCall(10), Said.Answer(11)], CallToolAsync),
        new("429, then success", [FakeReply.RateLimited(TimeSpan.FromMilliseconds(300)), Said.Answer(12)], cancel => AskAsync(12, cancel)) { OnlyFake = true },
        new("bad request", [FakeReply.Error(400)], SendNonsenseAsync),
        new("a model without a price", [Said.Answer(14)], AskOurOwnAsync) { OnlyFake = true },
    ];

    public IReadOnlyList<Step> NowAndThen => [Plain(15), Streaming(16)];

    static ChatCompletionOptions Short => new() { MaxOutputTokenCount = Said.MaxTokens };

    Step Plain(int number) => new("plain", [Said.Answer(number)], cancel => AskAsync(number, cancel));

    Step Streaming(int number) => new("streaming", [Said.Answer(number)], async cancel =>
    {
        await foreach (var _ in _chat.CompleteChatStreamingAsync([Said.Question(number)], Short, cancel))
            continue;
    });

    /// <summary>OpenAI caches long prompts by itself: the second call with the same beginning is cheaper.</summary>
    Step Cached(int number, long cached) => new("cached prompt", [Said.Answer(number) with { InputTokens = 1540 + number, CachedTokens = cached }], cancel =>
        _chat.CompleteChatAsync([new SystemChatMessage(Said.Handbook), new UserChatMessage(Said.Question(number))], Short, cancel));

    async Task AskAsync(int number, CancellationToken cancel) =>
        await _chat.CompleteChatAsync([new SystemChatMessage(Said.System), new UserChatMessage(Said.Question(number))], Short, cancel);

    async Task AskOurOwnAsync(CancellationToken cancel) => await client.GetChatClient("our-own-model").CompleteChatAsync([Said.Question(14)], Short, cancel);

    async Task StreamResponseAsync(CancellationToken cancel)
    {
        await foreach (var _ in await _responses.CreateResponseStreamingAsync(ResponsesModel, Said.Question(7), cancellationToken: cancel))
            continue;
    }

    async Task CallToolAsync(CancellationToken cancel)
    {
        var options = Short;
        options.Tools.Add(WeatherTool);
        var messages = new List<ChatMessage> { new UserChatMessage(Said.Weather) };
        ChatCompletion asked = await _chat.CompleteChatAsync(messages, options, cancel);
        messages.Add(new AssistantChatMessage(asked));
        messages.AddRange(asked.ToolCalls.Select(call => new ToolChatMessage(call.Id, Said.WeatherFound)));
        await _chat.CompleteChatAsync(messages, options, cancel);
    }

    /// <summary>Reads three pieces and goes away, as a user who closes the page.</summary>
    async Task AbandonAsync(CancellationToken cancel)
    {
        var pieces = 0;
        await foreach (var _ in _chat.CompleteChatStreamingAsync([Said.Question(13)], Short, cancel))
        {
            if (++pieces == 3)
                break;
        }
    }

    async Task SendNonsenseAsync(CancellationToken cancel)
    {
        try
        {
            await _chat.CompleteChatAsync([Said.Question(0)], new ChatCompletionOptions { Temperature = 9 }, cancel);
        }
        catch (ClientResultException refused) when (refused.Status == 400)
        {
            // As it should be: the app gets the SDK's own exception, and the call is counted as an error.
        }
    }
}
