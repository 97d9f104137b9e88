using System.Net;
using AiTelemetry.AspNetCore.Prometheus.Scraping;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Prometheus;

/// <summary>Serves the page on a port of its own where <see cref="PrometheusExporterOptions.ListenPort"/> asks for it: Kestrel without routing or middleware.</summary>
internal sealed class PrometheusListener(
    IServiceProvider services, IOptions<PrometheusExporterOptions> options, Scraper scraper, ILoggerFactory loggers)
    : IHostedService, IHttpApplication<HttpContext>, IDisposable
{
    readonly ILogger _logger = loggers.CreateLogger<PrometheusListener>();
    KestrelServer? _server;
    MetricsEndpoint? _endpoint;

    /// <summary>Where it listens, once started.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (settings.ListenPort is not { } port)
            return;

        services.GetService<MeterProvider>();
        var address = IPAddress.Parse(settings.ListenAddress);
        _endpoint = new MetricsEndpoint(
            scraper, settings, services.GetService<TimeProvider>() ?? TimeProvider.System, loggers.CreateLogger<MetricsEndpoint>(), address);

        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = 256;
        kestrel.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _server = new KestrelServer(Options.Create(kestrel), transport, loggers);
        await _server.StartAsync(this, cancellationToken).ConfigureAwait(false);

        var bound = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        Address = bound is null ? null : new Uri(new Uri(bound), settings.ListenPath);
        Log.Listening(_logger, Address, null);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        if (!context.Request.Path.Equals(options.Value.ListenPath, StringComparison.Ordinal))
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (!HttpMethods.IsGet(context.Request.Method))
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else
            return _endpoint!.HandleAsync(context);
        return Task.CompletedTask;
    }

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }

    static class Log
    {
        public static readonly Action<ILogger, Uri?, Exception?> Listening = LoggerMessage.Define<Uri?>(
            LogLevel.Information, new EventId(30, nameof(Listening)), "Metrics for Prometheus are at {Address}");
    }
}
