using System.Diagnostics.Metrics;
using AiTelemetry.Calls;
using AiTelemetry.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AiTelemetry;

/// <summary>Adds the ways out (exporters, ledgers) to what <c>services.AddAiTelemetry()</c> registered.</summary>
/// <remarks>Returned by <c>AddAiTelemetry</c>; every method on it may be called any number of times.</remarks>
public sealed class AiTelemetryBuilder
{
    // Names of our exporters' options, so that the app's own exporter keeps its own.
    const string MetricsName = "AiTelemetry.Metrics";
    const string TracesName = "AiTelemetry.Traces";

    const string MetricsPath = "v1/metrics";
    const string TracesPath = "v1/traces";

    internal AiTelemetryBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the app that AiTelemetry was added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Exports metrics and spans by OTLP, to where the standard <c>OTEL_EXPORTER_OTLP_*</c> environment variables or
    /// <paramref name="configure"/> say; by default to <c>http://localhost:4317</c>.
    /// </summary>
    /// <param name="configure">
    /// Changes the exporter's options; every call's changes count, one exporter is made. Runs once for metrics and once for spans. An endpoint given here is
    /// the one of both: over <c>http/protobuf</c>, <c>v1/metrics</c> and <c>v1/traces</c> are appended, as to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.
    /// </param>
    /// <returns>This builder.</returns>
    public AiTelemetryBuilder AddOtlpExporter(Action<OtlpExporterOptions>? configure = null)
    {
        if (configure is not null)
        {
            Services.Configure(MetricsName, configure);
            Services.Configure(TracesName, configure);
        }
        if (Services.Any(static service => service.ServiceType == typeof(OtlpAdded)))
            return this;
        Services.AddSingleton<OtlpAdded>();
        SdkStart.StartMetrics(Services);
        SdkStart.StartTracing(Services);
        Services.PostConfigure<OtlpExporterOptions>(MetricsName, static options => SendTo(options, MetricsPath));
        Services.PostConfigure<OtlpExporterOptions>(TracesName, static options => SendTo(options, TracesPath));
        Services.ConfigureOpenTelemetryMeterProvider(static meters => meters.AddOtlpExporter(MetricsName, configure: null));
        Services.ConfigureOpenTelemetryTracerProvider(static tracers => tracers.AddOtlpExporter(TracesName, configure: null));
        return this;
    }

    /// <summary>
    /// Keeps the records of calls in the memory of the process, to be asked by <see cref="UsageLedger.QueryAsync"/>: for tests and trying out. Where
    /// several ledgers are added the last one is it.
    /// </summary>
    /// <returns>This builder.</returns>
    public AiTelemetryBuilder AddInMemoryLedger() =>
        AddLedger(static provider => new InMemoryUsageLedger(provider.GetRequiredService<IOptions<AiTelemetryOptions>>().Value.Ledger, provider.GetService<TimeProvider>() ?? TimeProvider.System));

    /// <summary>Makes a ledger the one that calls are kept in.</summary>
    internal AiTelemetryBuilder AddLedger(Func<IServiceProvider, UsageLedger> make)
    {
        Services.RemoveAll<UsageLedger>();
        Services.AddSingleton(make);
        Services.TryAddSingleton(static provider => new UsagePipeline(provider.GetRequiredService<UsageLedger>(), provider.GetRequiredService<IOptions<AiTelemetryOptions>>().Value.Ledger,
            provider.GetRequiredService<IMeterFactory>(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UsagePipelineLifetime>());
        return this;
    }

    /// <summary>Appends the signal's path, which the SDK appends to the environment's endpoint only, not to one given in code.</summary>
    static void SendTo(OtlpExporterOptions options, string path)
    {
        if (options.Protocol == OtlpExportProtocol.Grpc)
            return;
        var endpoint = new UriBuilder(options.Endpoint);
        var root = endpoint.Path.TrimEnd('/');
        foreach (var given in (ReadOnlySpan<string>)[MetricsPath, TracesPath])
        {
            if (root.EndsWith("/" + given, StringComparison.Ordinal))
                root = root[..^(given.Length + 1)];
        }
        endpoint.Path = $"{root}/{path}";
        options.Endpoint = endpoint.Uri;
    }

    sealed class OtlpAdded;
}
