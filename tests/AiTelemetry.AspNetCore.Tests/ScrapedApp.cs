using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using AiTelemetry.AspNetCore.Prometheus.Scraping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace AiTelemetry.AspNetCore.Tests;

/// <summary>A web app with one meter and /metrics, in memory or on a loopback port; its meter has the name of the test, so that parallel tests do not meet.</summary>
internal sealed class ScrapedApp : IAsyncDisposable
{
    readonly WebApplication _app;

    ScrapedApp(WebApplication app, Meter meter, HttpClient client)
    {
        _app = app;
        Meter = meter;
        Client = client;
    }

    public Meter Meter { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public Scraper Scraper => Services.GetRequiredService<Scraper>();

    public LogLines Log => Services.GetRequiredService<LogLines>();

    public static async Task<ScrapedApp> StartAsync(
        Action<PrometheusExporterOptions>? options = null,
        Action<MeterProviderBuilder>? metrics = null,
        Action<IServiceCollection>? services = null,
        Action<IEndpointConventionBuilder>? endpoint = null,
        bool onPort = false,
        [CallerMemberName] string name = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<LogLines>();
        builder.Services.AddSingleton<ILoggerProvider>(p => p.GetRequiredService<LogLines>());
        if (onPort)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();

        builder.Services.ConfigureOpenTelemetryMeterProvider(b =>
        {
            b.AddMeter(name).SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("shop", serviceVersion: "1.2.3", autoGenerateServiceInstanceId: false));
            metrics?.Invoke(b);
        });
        new AiTelemetryBuilder(builder.Services).AddPrometheusExporter(options);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Request.Query["format"] == "text")
                context.Request.Headers.Accept = "text/plain";
            return next();
        });
        var mapped = app.MapAiTelemetryMetrics();
        endpoint?.Invoke(mapped);
        await app.StartAsync();
        return new ScrapedApp(app, new Meter(name), onPort ? new HttpClient { BaseAddress = new Uri(app.Urls.First()) } : app.GetTestClient());
    }

    /// <summary>The page, as text or OpenMetrics.</summary>
    public async Task<string> ScrapeAsync(string accept = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, page);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Meter.Dispose();
        await _app.DisposeAsync();
    }
}
