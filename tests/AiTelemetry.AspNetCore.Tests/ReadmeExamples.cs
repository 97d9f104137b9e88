using AiTelemetry.AspNetCore.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.AspNetCore.Tests;

/// <summary>What the README shows is cut from here, and works.</summary>
public class ReadmeExamples
{
    [Fact]
    public async Task A_web_app_serves_its_metrics()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // #region snippet-aspnetcore-web
        builder.Services.AddAiTelemetry().AddPrometheusExporter();
        var app = builder.Build();
        app.MapAiTelemetryMetrics();                 // GET /metrics; returns the endpoint: .RequireAuthorization(), .RequireHost(), ...
        // #endregion
        await app.StartAsync();
        using var client = new HttpClient();

        Assert.Contains("target_info", await client.GetStringAsync(new Uri(new Uri(app.Urls.Single()), "/metrics")), StringComparison.Ordinal);

        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_serves_its_metrics_without_routes()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        // #region snippet-aspnetcore-worker
        builder.Services.AddAiTelemetry().AddPrometheusExporter(o => o.ListenPort = 9464);   // http://127.0.0.1:9464/metrics
        // #endregion
        builder.Services.Configure<PrometheusExporterOptions>(options => options.ListenPort = 0); // any free port, so that tests can run side by side
        using var host = builder.Build();
        await host.StartAsync();
        using var client = new HttpClient();

        Assert.Contains("target_info", await client.GetStringAsync(host.Services.GetServices<IHostedService>().OfType<PrometheusListener>().Single().Address), StringComparison.Ordinal);
    }
}
