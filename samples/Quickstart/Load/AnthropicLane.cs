using System.Text.Json;
using AiTelemetry.Testing;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Quickstart.Load;

/// <summary>Calls Anthropic with its own SDK.</summary>
internal sealed class AnthropicLane(AnthropicClient client, Providers providers) : ILane
{
    const string Large = "claude-sonnet-4-5";
    const string Small = "claude-haiku-4-5";

    static readonly ToolUnion WeatherTool = new Tool
    {
        Name = Said.WeatherTool,
        InputSchema = new InputSchema(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Said.WeatherSchema)!),
    };

    public Provider Provider => providers.Anthropic;

    public IReadOnlyList<Step> Steps =>
    [
        Plain(21, Large),
        Plain(22, Small),
        Plain(23, Small),
        Streaming(24, Large),
        Streaming(25, Small),
        new("abandoned stream", [Said.Endless(31)], AbandonAsync),
        Cached(26, Said.Answer(26) with { InputTokens = 1622, CacheWriteTokens = 1580 }),
        Cached(27, Said.Answer(27) with { InputTokens = 1625, CachedTokens = 1580 }),
        new("tool call", [Said.ToolCall(28), Said.Answer(29)], CallToolAsync),
        new("429, then success", [FakeReply.RateLimited(TimeSpan.FromSeconds(1)), Said.Answer(30)], cancel => AskAsync(30, Small, cancel)) { OnlyFake = true },
        new("bad request", [FakeReply.Error(400)], SendNonsenseAsync),
    ];

    public IReadOnlyList<Step> NowAndThen => [Plain(32, Small), Streaming(33, Small)];

    static MessageCreateParams Ask(int number, string model) => new()
    {
        Model = model,
        MaxTokens = Said.MaxTokens,
        System = Said.System,
        Messages = [new UserMessageParam(Said.Question(number))],
    };

    Step Plain(int number, string model) => new("plain", [Said.Answer(number)], cancel => AskAsync(number, model, cancel));

    Step Streaming(int number, string model) => new("streaming", [Said.Answer(number)], async cancel =>
    {
        await foreach (var _ in client.Messages.CreateStreaming(Ask(number, model), cancel))
            continue;
    });

    /// <summary>Anthropic caches what it is told to: the first call writes the cache and costs more, the second reads it and costs less.</summary>
    Step Cached(int number, FakeReply reply) => new("cached prompt", [reply], cancel => client.Messages.Create(
        Ask(number, Large) with { System = new List<TextBlockParam> { new(Said.Handbook) { CacheControl = new() } } },
        cancel));

    async Task AskAsync(int number, string model, CancellationToken cancel) => await client.Messages.Create(Ask(number, model), cancel);

    async Task CallToolAsync(CancellationToken cancel)
    {
        var asked = await client.Messages.Create(new MessageCreateParams
        {
            Model = Small,
            MaxTokens = Said.MaxTokens,
            Tools = [WeatherTool],
            ToolChoice = new ToolChoiceTool(Said.WeatherTool),
            Messages = [new UserMessageParam(Said.Weather)],
        }, cancel);
        var use = asked.Content.Select(block => block.TryPickToolUse(out var tool) ? tool : null).First(tool => tool is not null)!;
        await client.Messages.Create(new MessageCreateParams
        {
            Model = Small,
            MaxTokens = Said.MaxTokens,
            Tools = [WeatherTool],
            Messages =
            [
                new UserMessageParam(Said.Weather),
                new AssistantMessageParam(new List<ContentBlockParam> { new ToolUseBlockParam { ID = use.ID, Name = use.Name, Input = use.Input } }),
                new UserMessageParam(new List<ContentBlockParam> { new ToolResultBlockParam(use.ID) { Content = Said.WeatherFound } }),
            ],
        }, cancel);
    }

    /// <summary>Reads three events and goes away, as a user who closes the page. Anthropic has told the input by then.</summary>
    async Task AbandonAsync(CancellationToken cancel)
    {
        var events = 0;
        await foreach (var _ in client.Messages.CreateStreaming(Ask(31, Small), cancel))
        {
            if (++events == 3)
                break;
        }
    }

    async Task SendNonsenseAsync(CancellationToken cancel)
    {
        try
        {
            await client.Messages.Create(Ask(0, Small) with { MaxTokens = -1 }, cancel);
        }
        catch (AnthropicBadRequestException)
        {
            // As it should be: the app gets the SDK's own exception, and the call is counted as an error.
        }
    }
}
