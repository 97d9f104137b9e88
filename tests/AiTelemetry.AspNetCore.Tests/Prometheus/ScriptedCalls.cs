using System.Text;
using AiTelemetry.Testing;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>Calls of the three providers through the client of the app.</summary>
internal sealed class ScriptedCalls(CalledApp app)
{
    public static readonly TimeSpan AskedWait = TimeSpan.FromMilliseconds(60);

    /// <summary>A model that answers with counts that cannot be.</summary>
    public const string ImpossibleCounts = "impossible-counts";

    static readonly Dictionary<string, string> FarReset = new(StringComparer.OrdinalIgnoreCase) { ["x-ratelimit-reset-tokens"] = "6m0s" };

    /// <summary>One of everything that a call can tell of. When this is over, all that it made is recorded.</summary>
    /// <returns>A stream that goes on: in flight until it is disposed.</returns>
    public async Task<HttpResponseMessage> EverythingAsync()
    {
        var tokens = new FakeReply { InputTokens = 1234, OutputTokens = 321 };
        var cached = new FakeReply { InputTokens = 2000, CachedTokens = 1536, OutputTokens = 77, ReasoningTokens = 12, Chunks = 5 };
        var thought = new FakeReply { InputTokens = 5000, CachedTokens = 1000, OutputTokens = 901, ReasoningTokens = 400, Thinking = "Let me think." };
        await AskAsync("openai", "gpt-4o", stream: false, tokens);
        await AskAsync("openai", "gpt-4o", stream: true, cached with { DelayPerChunk = TimeSpan.FromMilliseconds(3) });
        await AskAsync("anthropic", "claude-sonnet-4-5", stream: true, thought with { CacheWriteTokens = 2048, CacheWrite1hTokens = 512, Chunks = 4 });
        await AskAsync("gemini", "gemini-2.5-flash", stream: false, thought);
        await AskAsync("gemini", "gemini-2.5-flash", stream: true, cached with { Thinking = "Hm." });
        await AskAsync("openai", "gpt-4o-mini", stream: false, FakeReply.RateLimited(AskedWait), tokens);
        await AskAsync("openai", "gpt-4o", stream: false, FakeReply.Error(400));
        await AskAsync("openai", "in-house-model", stream: false, tokens);
        await AskAsync("openai", "gpt-4o-mini", stream: false, new FakeReply { IncludeUsage = false, Headers = FarReset });
        await AskAsync("openai", ImpossibleCounts, stream: false, FakeReply.Raw("""{"object":"chat.completion","usage":{"prompt_tokens":-5,"completion_tokens":"7"}}"""));
        await SendAsync("openai", "gpt-4o", stream: false, faulty: true, tokens);
        var stalls = new FakeReply { InputTokens = 300, OutputTokens = 100, Chunks = 6, Fault = FakeFault.Stalls, FaultAfter = 2 };
        using (await OpenAsync("anthropic", "claude-haiku-4-5", stalls))
        {
            // abandoned after its first two pieces
        }
        await app.Fake.Calls[^1].Ended;
        return await OpenAsync("openai", "gpt-4o", stalls);
    }

    public Task AskAsync(string provider, string model, bool stream, params FakeReply[] replies) => SendAsync(provider, model, stream, faulty: false, replies);

    /// <summary>Reads a stream until its second piece.</summary>
    async Task<HttpResponseMessage> OpenAsync(string provider, string model, FakeReply reply)
    {
        app.Fake.Reply(reply);
        using var request = Request(provider, model, stream: true);
        var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[4096];
        var text = "";
        while (text.Split("\"delta\"").Length < 3)
            text += Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer));
        return response;
    }

    async Task SendAsync(string provider, string model, bool stream, bool faulty, params FakeReply[] replies)
    {
        app.Fake.Reply(replies);
        using var request = Request(provider, model, stream);
        if (faulty)
            request.Headers.Add(CalledApp.FaultHeader, "1");
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await response.Content.ReadAsStringAsync();
    }

    HttpRequestMessage Request(string provider, string model, bool stream)
    {
        var (path, body) = provider switch
        {
            "gemini" => ($"v1beta/models/{model}:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}", """{"contents":[{"parts":[{"text":"Hello."}]}]}"""),
            "anthropic" => ("v1/messages", $$"""{"model":"{{model}}","max_tokens":1000,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello."}]}"""),
            _ => ("v1/chat/completions", $$"""{"model":"{{model}}",{{(stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"user","content":"Hello."}]}"""),
        };
        return new HttpRequestMessage(HttpMethod.Post, new Uri(app.Fake.Endpoint(provider), path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}
