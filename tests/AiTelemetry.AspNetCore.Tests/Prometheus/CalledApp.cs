using System.Collections.Concurrent;
using AiTelemetry.Calls;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

/// <summary>An app as a user sets it up, on a loopback port: clients of the factory that call a fake provider, spans, and /metrics.</summary>
internal sealed class CalledApp : IAsyncDisposable
{
    /// <summary>A request with this header makes the app's filter throw: a fault that is kept from the app and counted.</summary>
    public const string FaultHeader = "x-fault";

    readonly WebApplication _app;
    readonly ConcurrentQueue<UsageRecord> _records = new();

    CalledApp(WebApplication app, FakeProvider fake)
    {
        (_app, Fake) = (app, fake);
        Metrics = new Uri(new Uri(app.Urls.First()), "metrics");
        Client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("llm");
        CallTelemetrySource.Of(app.Services).Get()!.Recorded += _records.Enqueue;
    }

    public FakeProvider Fake { get; }

    /// <summary>The client that calls the provider. It tries a 429 once more, outside our handler, as resilience handlers do.</summary>
    public HttpClient Client { get; }

    public Uri Metrics { get; }

    public PriceCatalog Prices => _app.Services.GetRequiredService<PriceCatalog>();

    public IReadOnlyList<UsageRecord> Records => [.. _records];

    public static async Task<CalledApp> StartAsync()
    {
        var fake = await FakeProvider.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAiTelemetry(options =>
        {
            options.CompatibilityNames = true;
            options.FilterCall = static request => request.Headers.Contains(FaultHeader) ? throw new InvalidOperationException("A filter that throws.") : true;
            foreach (var provider in new[] { "openai", "anthropic", "gemini" })
                options.MapHost(fake.Endpoint(provider).Authority, provider);
        }).AddPrometheusExporter();
        SdkStart.StartTracing(builder.Services); // else there are no spans, and no exemplars
        builder.Services.AddTransient<OnceMoreHandler>();
        builder.Services.AddHttpClient("llm").AddHttpMessageHandler<OnceMoreHandler>()
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Request.Query["format"] == "text")
                context.Request.Headers.Accept = "text/plain";
            return next();
        });
        app.MapAiTelemetryMetrics();
        await app.StartAsync();
        return new CalledApp(app, fake);
    }

    /// <summary>The MCP server whose tools were called, with all that passed.</summary>
    public ScriptedMcpServer Tools { get; private set; } = null!;

    /// <summary>Calls tools, too.</summary>
    public async Task UseToolsAsync() => Tools = await CausedTools.EverythingAsync(_app.Services);

    /// <summary>The page as text.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(Metrics);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Fake.DisposeAsync();
    }
}
