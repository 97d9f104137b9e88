#pragma warning disable OPENAI001 // the Responses API is still marked as experimental in the SDK
using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace AiTelemetry.Tests.Matrix;

/// <summary>An app that uses the OpenAI SDK.</summary>
internal abstract class OpenAiSdkClient : MatrixClient
{
    public override string Provider => "openai";

    public static OpenAIClient Client(HttpClient http, Uri endpoint, Ending ending, TimeSpan patience) => new(new ApiKeyCredential("fake-key"), new OpenAIClientOptions
    {
        Endpoint = new Uri(endpoint, "v1"),
        Transport = new HttpClientPipelineTransport(http),
        NetworkTimeout = ending == Ending.Timeout ? patience : TimeSpan.FromMinutes(1),
        RetryPolicy = new PromptRetry(ending == Ending.RateLimitedThenSuccess ? 1 : 0),
    });

    /// <summary>The SDK's own retries without their waiting.</summary>
    sealed class PromptRetry(int retries) : ClientRetryPolicy(retries)
    {
        protected override TimeSpan GetNextDelay(PipelineMessage message, int tryCount) => TimeSpan.Zero;
    }
}

internal sealed class OpenAiChatClient : OpenAiSdkClient
{
    public override string Name => "OpenAI SDK chat";

    public override async Task CallAsync(HttpClient http, MatrixCall call)
    {
        var chat = Client(http, call.Endpoint(Provider), call.Ending, call.Patience).GetChatClient("gpt-4o");
        ChatMessage[] messages = [new UserChatMessage("Hi")];
        if (!call.Streaming)
        {
            ChatCompletion answer = await chat.CompleteChatAsync(messages, cancellationToken: call.Cancellation.Token);
            call.App.Add($"{answer.Content[0].Text} {answer.Model} {answer.Id} {answer.FinishReason} {answer.Usage.TotalTokenCount}");
            return;
        }
        var updates = 0;
        await foreach (var update in chat.CompleteChatStreamingAsync(messages, cancellationToken: call.Cancellation.Token))
        {
            updates++;
            if (call.Ending is Ending.Success or Ending.RateLimitedThenSuccess)
                call.App.Add($"{string.Concat(update.ContentUpdate.Select(part => part.Text))} {update.FinishReason} {update.Usage?.TotalTokenCount}");
            call.Received();
            if (call.Ending == Ending.Abandoned)
                break;
        }
        call.App.Add($"{updates} updates");
    }
}

internal sealed class OpenAiResponsesClient : OpenAiSdkClient
{
    public override string Name => "OpenAI SDK responses";

    public override async Task CallAsync(HttpClient http, MatrixCall call)
    {
        var client = Client(http, call.Endpoint(Provider), call.Ending, call.Patience).GetResponsesClient();
        if (!call.Streaming)
        {
            ResponseResult answer = await client.CreateResponseAsync("gpt-4o", "Hi", cancellationToken: call.Cancellation.Token);
            call.App.Add($"{answer.GetOutputText()} {answer.Model} {answer.Id} {answer.Status} {answer.Usage?.TotalTokenCount} {answer.Error?.Message}");
            return;
        }
        var updates = 0;
        await foreach (var update in await client.CreateResponseStreamingAsync("gpt-4o", "Hi", cancellationToken: call.Cancellation.Token))
        {
            updates++;
            if (call.Ending is Ending.Success or Ending.RateLimitedThenSuccess)
                call.App.Add($"{update.GetType().Name} {(update as StreamingResponseOutputTextDeltaUpdate)?.Delta}");
            call.Received();
            if (call.Ending == Ending.Abandoned)
                break;
        }
        call.App.Add($"{updates} updates");
    }
}
