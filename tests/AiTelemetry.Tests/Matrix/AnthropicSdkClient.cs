using Anthropic;
using Anthropic.Models.Messages;

namespace AiTelemetry.Tests.Matrix;

/// <summary>An app that uses the Anthropic SDK.</summary>
internal sealed class AnthropicSdkClient : MatrixClient
{
    public override string Name => "Anthropic SDK";

    public override string Provider => "anthropic";

    public static AnthropicClient Client(HttpClient http, Uri endpoint, Ending ending, TimeSpan patience) => new()
    {
        ApiKey = "fake-key",
        BaseUrl = endpoint.ToString(),
        HttpClient = http,
        MaxRetries = ending == Ending.RateLimitedThenSuccess ? 1 : 0,
        Timeout = ending == Ending.Timeout ? patience : TimeSpan.FromSeconds(20),
    };

    public static MessageCreateParams Question { get; } = new()
    {
        Model = "claude-sonnet-4-5",
        MaxTokens = 100,
        Messages = [new UserMessageParam("Hi")],
    };

    public override async Task CallAsync(HttpClient http, MatrixCall call)
    {
        var messages = Client(http, call.Endpoint(Provider), call.Ending, call.Patience).Messages;
        if (!call.Streaming)
        {
            var answer = await messages.Create(Question, call.Cancellation.Token);
            call.App.Add($"{answer.ID} {answer.Model.Raw()} {string.Concat(answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""))} {answer.StopReason?.Raw()} {answer.Usage.InputTokens}+{answer.Usage.OutputTokens}");
            return;
        }
        var events = 0;
        await foreach (var streamed in messages.CreateStreaming(Question, call.Cancellation.Token))
        {
            events++;
            if (call.Ending is Ending.Success or Ending.RateLimitedThenSuccess)
                call.App.Add(streamed.Json.ToString());
            call.Received();
            if (call.Ending == Ending.Abandoned)
                break;
        }
        call.App.Add($"{events} events");
    }
}
