using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.Mcp.Tests.Components;

/// <summary>An app with AiTelemetry and a page of metrics, as Prometheus reads it.</summary>
internal sealed class MetricsApp : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly HttpClient _http = new();

    MetricsApp(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public static async Task<MetricsApp> StartAsync(Action<AiTelemetryOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAiTelemetry(configure).AddPrometheusExporter();
        var app = builder.Build();
        app.MapAiTelemetryMetrics();
        await app.StartAsync();
        return new MetricsApp(app);
    }

    public Task<IEnumerable<string>> PageAsync() => DoneCalls.PageAsync(_http, new Uri(_app.Urls.Single() + "/metrics"));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
