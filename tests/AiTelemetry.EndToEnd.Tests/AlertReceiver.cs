using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiTelemetry.EndToEnd.Tests;

/// <summary>A webhook as Alertmanager calls it: keeps what arrived.</summary>
internal sealed class AlertReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<JsonElement> _alerts = new();

    AlertReceiver(WebApplication app) => _app = app;

    /// <summary>Where alerts are posted to.</summary>
    public Uri Address => new(new Uri(_app.Urls.First()), "alerts");

    /// <summary>Every alert that arrived, in order: its labels, annotations and status.</summary>
    public IReadOnlyList<JsonElement> Alerts => [.. _alerts];

    public static async Task<AlertReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new AlertReceiver(app);
        app.MapPost("/alerts", async (HttpContext context) =>
        {
            var group = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
            foreach (var alert in group.GetProperty("alerts").EnumerateArray())
                receiver._alerts.Enqueue(alert);
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
