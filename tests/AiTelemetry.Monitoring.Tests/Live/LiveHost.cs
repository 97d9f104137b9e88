using System.Text;
using AiTelemetry.Calls;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Monitoring.Tests.Live;

/// <summary>An app as a user sets it up, on a loopback port, with a ledger, that calls fake providers and MCP tools over and over: most calls succeed, some do not.</summary>
internal sealed class LiveHost : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    static readonly Dictionary<string, string> Limits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["x-ratelimit-limit-requests"] = "1000",
        ["x-ratelimit-remaining-requests"] = "900",
        ["x-ratelimit-reset-requests"] = "60ms",
        ["x-ratelimit-limit-tokens"] = "100000",
        ["x-ratelimit-remaining-tokens"] = "40000",
        ["x-ratelimit-reset-tokens"] = "6m0s",
    };

    readonly WebApplication _app;
    readonly FakeProvider _fake;
    readonly DirectoryInfo _folder;
    readonly HttpClient _client;
    readonly CancellationTokenSource _over = new();
    readonly Task _load;

    LiveHost(WebApplication app, FakeProvider fake, DirectoryInfo folder)
    {
        (_app, _fake, _folder) = (app, fake, folder);
        _client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("llm");
        Target = new Uri(app.Urls.First()).Authority;
        _load = CallAsync();
    }

    /// <summary>What to scrape, as host and port.</summary>
    public string Target { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Whether some of the calls fail.</summary>
    public bool Fails { get; set; } = true;

    public static async Task<LiveHost> StartAsync()
    {
        var fake = await FakeProvider.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAiTelemetry(options =>
        {
            foreach (var provider in new[] { "openai", "anthropic", "gemini" })
                options.MapHost(fake.Endpoint(provider).Authority, provider);
        }).AddPrometheusExporter();
        SdkStart.StartTracing(builder.Services); // else there are no exemplars
        builder.Services.AddHttpClient("llm");
        var folder = Directory.CreateTempSubdirectory("aitelemetry-live-");
        builder.Services.AddAiTelemetry().AddSqliteLedger(Path.Combine(folder.FullName, "usage.db"));
        var app = builder.Build();
        app.MapAiTelemetryMetrics();
        await app.StartAsync();
        return new LiveHost(app, fake, folder);
    }

    /// <summary>Ends the load, after the round that is under way.</summary>
    /// <exception cref="Exception">The load broke off.</exception>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await _load;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            _over.Dispose();
            _client.Dispose();
            await _app.DisposeAsync();
            await _fake.DisposeAsync();
            _folder.Delete(recursive: true);
        }
    }

    async Task CallAsync()
    {
        using var tick = new PeriodicTimer(Pause);
        var tokens = new FakeReply { InputTokens = 2000, CachedTokens = 1500, OutputTokens = 300, ReasoningTokens = 40, Headers = Limits };
        while (!_over.IsCancellationRequested)
        {
            await SendAsync("openai", "gpt-4o", stream: false, tokens);
            await SendAsync("openai", "gpt-4o-mini", stream: true, tokens with { Chunks = 3 });
            await SendAsync("anthropic", "claude-sonnet-4-5", stream: true, tokens with { Chunks = 3 });
            await SendAsync("gemini", "gemini-2.5-flash", stream: false, tokens);
            await SendAsync("openai", "in-house-model", stream: false, tokens);
            await SendAsync("openai", "gpt-4o-mini", stream: false, new FakeReply { IncludeUsage = false });
            await CausedTools.EverythingAsync(_app.Services);
            if (Fails)
            {
                await SendAsync("openai", "gpt-4o", stream: false, FakeReply.RateLimited(TimeSpan.FromMilliseconds(50)));
                await SendAsync("openai", "gpt-4o", stream: false, FakeReply.Error(500));
                await SendAsync("anthropic", "claude-sonnet-4-5", stream: false, FakeReply.Error(400));
                await SendAsync("gemini", "gemini-2.5-flash", stream: false, FakeReply.Error(500));
            }
            try
            {
                await tick.WaitForNextTickAsync(_over.Token);
            }
            catch (OperationCanceledException)
            {
                // It is over.
            }
        }
    }

    async Task SendAsync(string provider, string model, bool stream, FakeReply reply)
    {
        _fake.Reply(reply);
        var (path, body) = provider switch
        {
            "gemini" => ($"v1beta/models/{model}:generateContent", """{"contents":[{"parts":[{"text":"Hello."}]}]}"""),
            "anthropic" => ("v1/messages", $$"""{"model":"{{model}}","max_tokens":1000,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello."}]}"""),
            _ => ("v1/chat/completions", $$"""{"model":"{{model}}",{{(stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "")}}"messages":[{"role":"user","content":"Hello."}]}"""),
        };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri(_fake.Endpoint(provider), path), content);
        await response.Content.ReadAsStringAsync();
    }
}
