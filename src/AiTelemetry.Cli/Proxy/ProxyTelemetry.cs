using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AiTelemetry.AspNetCore.Prometheus;
using AiTelemetry.Calls;
using AiTelemetry.Catalog;
using AiTelemetry.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AiTelemetry.Cli.Proxy;

/// <summary>What the proxy measures. The threads that pass bytes on read messages from them and lay those down; all else is done by a thread of its own.</summary>
/// <remarks>
/// It starts after the first byte may already have passed, and waits for nothing that the passing of bytes depends on: where it hangs, at most 4,096 messages are kept, and
/// the others are counted as faults. At the end it has <see cref="LastWords"/> to export what is left.
/// </remarks>
internal sealed class ProxyTelemetry : IDisposable
{
    const int MaxWaiting = 4096;

    /// <summary>How long the end of the proxy may wait for telemetry.</summary>
    static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    readonly ProxyOptions _options;
    readonly TimeProvider _time;
    readonly Channel<(RpcMessage Message, long At, bool ToServer)> _queue =
        Channel.CreateBounded<(RpcMessage, long, bool)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    readonly JsonRpcReader _sent;
    readonly JsonRpcReader _received;
    readonly Thread _thread;
    long _sentAt;
    long _receivedAt;
    int _dropped;
    volatile bool _failed;

    public ProxyTelemetry(ProxyOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _sent = new JsonRpcReader(new WordCache(), new Sink(message => Lay(message, _sentAt, toServer: true)));
        _received = new JsonRpcReader(new WordCache(), new Sink(message => Lay(message, _receivedAt, toServer: false)));
        _thread = new Thread(WorkOrNot, 512 << 10) { IsBackground = true, Name = "telemetry" };
    }

    bool IsWanted => _options.Otlp is not null || _options.Metrics is not null;

    public void Start()
    {
        if (IsWanted)
            _thread.Start();
    }

    /// <summary>These bytes have gone to the server.</summary>
    public void ToServer(ReadOnlySpan<byte> bytes, long at)
    {
        _sentAt = at;
        Read(_sent, bytes);
    }

    /// <summary>These bytes have gone to the agent.</summary>
    public void ToAgent(ReadOnlySpan<byte> bytes, long at)
    {
        _receivedAt = at;
        Read(_received, bytes);
    }

    /// <summary>The server has ended: what is measured is exported, within a bound.</summary>
    public void Finish()
    {
        _queue.Writer.TryComplete();
        if (IsWanted)
            _thread.Join(LastWords);
    }

    public void Dispose() => _queue.Writer.TryComplete();

    void Read(JsonRpcReader reader, ReadOnlySpan<byte> bytes)
    {
        if (!IsWanted || _failed)
            return;
        try
        {
            reader.FeedLines(bytes);
        }
        catch (Exception e)
        {
            _failed = true; // the bytes have gone on, and go on
            Complain($"nothing more is measured: {e.Message}");
        }
    }

    void Lay(RpcMessage message, long at, bool toServer)
    {
        if (message.Matters && !_queue.Writer.TryWrite((message.Copy(), at, toServer)))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>Apart from the work itself: also what keeps that from being run at all (a file of the tool that is missing) leaves the server running.</summary>
    void WorkOrNot()
    {
        try
        {
            Work();
        }
        catch (Exception e)
        {
            Complain($"nothing is measured: {e.Message}"); // the server goes on
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Work()
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        if (_options.Otlp is { } otlp)
            AddOtlp(services, otlp);
        if (_options.Metrics is { } metrics)
        {
            SdkStart.StartMetrics(services);
            PrometheusExporterRegistration.Add(services, prometheus => (prometheus.ListenAddress, prometheus.ListenPort) = (metrics.Address.ToString(), metrics.Port));
        }
        services.ConfigureOpenTelemetryMeterProvider(static meters => meters.AddMeter(TelemetryCatalog.MeterName));
        services.ConfigureOpenTelemetryTracerProvider(static traces => traces.AddSource(TelemetryCatalog.ActivitySourceName));
        using var provider = services.BuildServiceProvider();
        SdkStart.BuildProviders(provider);
        using var source = new ActivitySource(new ActivitySourceOptions(TelemetryCatalog.ActivitySourceName) { Version = AiTelemetryVersion.Text, TelemetrySchemaUrl = TelemetryCatalog.SchemaUrl });
        var meters = provider.GetRequiredService<IMeterFactory>();
        var faults = meters.Create(new MeterOptions(TelemetryCatalog.MeterName) { Version = AiTelemetryVersion.Text }).Counter<long>(TelemetryCatalog.InternalFaults);
        var telemetry = new ToolTelemetry(new AiTelemetryOptions(), meters, source, new Faults(faults, NullLogger.Instance), _time, new WordCache());
        var traffic = new McpTraffic(telemetry, _options.ServerId);
        traffic.Open();
        Serve(provider);
        Take(traffic, faults);
        traffic.Close(_time.GetTimestamp());
        provider.GetService<MeterProvider>()?.ForceFlush((int)LastWords.TotalMilliseconds / 2);
        provider.GetService<TracerProvider>()?.ForceFlush((int)LastWords.TotalMilliseconds / 2);
    }

    void AddOtlp(ServiceCollection services, Uri endpoint)
    {
        var builder = new AiTelemetryBuilder(services);
        builder.AddOtlpExporter(exporter => (exporter.Protocol, exporter.Endpoint, exporter.TimeoutMilliseconds) = (OtlpExportProtocol.HttpProtobuf, endpoint, 2000));
        services.ConfigureOpenTelemetryMeterProvider(meters => meters.ConfigureResource(Named));
        services.ConfigureOpenTelemetryTracerProvider(traces => traces.ConfigureResource(Named));
    }

    void Named(ResourceBuilder resource) => resource.AddService(_options.ServerId, serviceNamespace: "aitel", autoGenerateServiceInstanceId: true);

    void Serve(ServiceProvider provider)
    {
        foreach (var listener in provider.GetServices<IHostedService>().OfType<PrometheusListener>())
        {
            try
            {
                listener.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
                if (_options.Metrics is { Port: 0 })
                    Complain($"metrics are at {listener.Address}"); // nobody could know otherwise
            }
            catch (Exception e)
            {
                Complain($"metrics cannot be served: {e.Message}"); // a second proxy may have the port: the server goes on
            }
        }
    }

    void Take(McpTraffic traffic, Counter<long> faults)
    {
        var messages = new PassedMessages(traffic);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_queue.Reader.TryRead(out var passed))
            {
                if (passed.ToServer)
                    messages.ToServer(passed.Message, passed.At);
                else
                    messages.ToAgent(passed.Message, passed.At);
            }
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                faults.Add(dropped, new KeyValuePair<string, object?>(TagKeys.Door, Doors.Tools));
        }
    }

    static void Complain(string message) => Console.Error.WriteLine($"aitel proxy: {message}");

    sealed class Sink(Action<RpcMessage> take) : IRpcSink
    {
        public void OnMessage(RpcMessage message) => take(message);
    }
}
