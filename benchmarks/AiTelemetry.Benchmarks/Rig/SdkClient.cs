using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;

namespace AiTelemetry.Benchmarks.Rig;

/// <summary>An app that calls through the OpenAI SDK, with or without AiTelemetry.</summary>
internal sealed class SdkClient : IDisposable
{
    static readonly ChatMessage[] Messages = [new UserChatMessage("What is the capital of France?")];

    /// <summary>Without TLS, which a connection in memory does not speak.</summary>
    static readonly Uri Provider = new("http://api.openai.com/v1");

    readonly HttpClient _http;
    readonly ServiceProvider? _services;
    readonly ChatClient _chat;

    static SdkClient() => AppContext.SetSwitch("OpenAI.Experimental.EnableOpenTelemetry", true); // its own telemetry; nothing comes of it until someone listens

    SdkClient(HttpMessageHandler handler, ServiceProvider? services)
    {
        _services = services;
        _http = new HttpClient(handler);
        _chat = new OpenAIClient(new ApiKeyCredential("no-key"), new OpenAIClientOptions { Endpoint = Provider, Transport = new HttpClientPipelineTransport(_http) }).GetChatClient("gpt-4o");
    }

    public static SdkClient Bare(HttpMessageHandler transport) => new(transport, null);

    public static SdkClient Observed(HttpMessageHandler transport)
    {
        var services = new ServiceCollection().AddAiTelemetry().Services.BuildServiceProvider();
        return new SdkClient(new AiTelemetryHandler(services, transport), services);
    }

    /// <summary>One call.</summary>
    /// <returns>The tokens it says it used.</returns>
    public async Task<int> CompleteAsync()
    {
        ChatCompletion completion = await _chat.CompleteChatAsync(Messages);
        return completion.Usage.TotalTokenCount;
    }

    /// <inheritdoc cref="CompleteAsync"/>
    public async Task<int> StreamAsync()
    {
        var tokens = 0;
        await foreach (var update in _chat.CompleteChatStreamingAsync(Messages))
            tokens = update.Usage?.TotalTokenCount ?? tokens;
        return tokens;
    }

    public void Dispose()
    {
        _http.Dispose();
        _services?.Dispose();
    }
}
