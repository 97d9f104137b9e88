using AiTelemetry.Catalog;
using AiTelemetry.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AiTelemetry.Tests.Registration;

/// <summary>With and without an OpenTelemetry set-up of the app's own, in a host and without one.</summary>
[Collection(AloneInTheProcess.Name)]
public class OpenTelemetrySetUpTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_apps_own_providers_get_metrics_and_spans_whichever_is_added_first(bool oursFirst)
    {
        using var exported = new Exported();
        using var host = BuildHost(services =>
        {
            if (oursFirst)
                services.AddAiTelemetry();
            services.AddAppsOwnOpenTelemetry(exported);
            if (!oursFirst)
                services.AddAiTelemetry();
        });
        await host.StartAsync();

        await host.Services.CallAsync("llm");

        Assert.Equal(1, exported.Calls());
        Assert.Equal("chat gpt-4o", Assert.Single(exported.Spans).DisplayName);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_an_exporter_of_ours_too_there_is_one_provider_with_both(bool oursFirst)
    {
        await using var sink = await FakeProvider.StartAsync();
        using var exported = new Exported();
        using (var host = BuildHost(services =>
        {
            if (oursFirst)
                services.AddAiTelemetry().AddOtlpExporter(To(sink));
            services.AddAppsOwnOpenTelemetry(exported);
            if (!oursFirst)
                services.AddAiTelemetry().AddOtlpExporter(To(sink));
        }))
        {
            await host.StartAsync();
            Assert.Single(host.Services.GetServices<MeterProvider>());
            Assert.Single(host.Services.GetServices<TracerProvider>());

            await host.Services.CallAsync("llm");

            Assert.Equal(1, exported.Calls());
            Assert.Single(exported.Spans);
        }
        Assert.Equal(["/v1/metrics", "/v1/traces"], Exports(sink));
    }

    [Fact]
    public async Task An_exporter_asked_for_twice_exports_once_with_the_options_of_both()
    {
        await using var sink = await FakeProvider.StartAsync();
        using (var host = BuildHost(services => services.AddAiTelemetry().AddOtlpExporter(To(sink)).AddOtlpExporter(options => options.Headers = "x-tenant=blue")))
        {
            await host.StartAsync();
            await host.Services.CallAsync("llm");
        }

        Assert.Equal(["/v1/metrics", "/v1/traces"], Exports(sink));
        Assert.All(sink.Calls, call => Assert.Equal("blue", call.Request.Headers["x-tenant"]));
    }

    [Theory]
    [InlineData("", "/v1/metrics", "/v1/traces")]
    [InlineData("collector/", "/collector/v1/metrics", "/collector/v1/traces")]
    [InlineData("v1/traces", "/v1/metrics", "/v1/traces")]
    public async Task An_endpoint_given_in_code_is_the_one_of_both_signals(string path, string metrics, string traces)
    {
        await using var sink = await FakeProvider.StartAsync();
        using (var host = BuildHost(services => services.AddAiTelemetry().AddOtlpExporter(options =>
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = new Uri(sink.OpenAi, path);
        })))
        {
            await host.StartAsync();
            await host.Services.CallAsync("llm");
        }

        Assert.Equal([metrics, traces], Exports(sink));
    }

    [Fact]
    public async Task The_exporter_of_the_app_keeps_its_own_options()
    {
        await using var ours = await FakeProvider.StartAsync();
        await using var theirs = await FakeProvider.StartAsync();
        using (var host = BuildHost(services =>
        {
            using var exported = new Exported();
            services.AddAppsOwnOpenTelemetry(exported);
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddOtlpExporter(options =>
            {
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Endpoint = new Uri(theirs.OpenAi, "apps/own/path");
            }));
            services.AddAiTelemetry().AddOtlpExporter(To(ours));
        }))
        {
            await host.StartAsync();
            await host.Services.CallAsync("llm");
        }

        Assert.Equal(["/v1/metrics", "/v1/traces"], Exports(ours));
        Assert.Equal(["/apps/own/path"], Exports(theirs));
    }

    [Fact]
    public async Task Without_a_host_the_providers_start_with_the_first_request_and_miss_nothing_of_it()
    {
        await using var sink = await FakeProvider.StartAsync();
        using var exported = new Exported();
        var services = new ServiceCollection();
        services.AddAnsweredClient("llm");
        services.AddAiTelemetry().AddOtlpExporter(To(sink));
        services.ConfigureOpenTelemetryMeterProvider(meters => meters.AddReader(exported.Reader));
        services.ConfigureOpenTelemetryTracerProvider(tracers => tracers.AddProcessor(exported.Processor));
        await using (var provider = services.BuildServiceProvider())
        {
            await provider.CallAsync("llm");

            Assert.Equal(1, exported.Calls());
            Assert.Single(exported.Spans);
        }
        Assert.Equal(["/v1/metrics", "/v1/traces"], Exports(sink));
    }

    [Fact]
    public async Task A_worker_that_calls_as_soon_as_it_starts_is_measured()
    {
        using var exported = new Exported();
        await using var sink = await FakeProvider.StartAsync();
        using (var host = BuildHost(services =>
        {
            services.AddHostedService<CallsAtOnce>();
            services.AddAiTelemetry().AddOtlpExporter(To(sink));
            services.ConfigureOpenTelemetryMeterProvider(meters => meters.AddReader(exported.Reader));
        }))
        {
            await host.StartAsync();

            Assert.Equal(1, exported.Calls());
        }
        Assert.Equal(["/v1/metrics", "/v1/traces"], Exports(sink));
    }

    [Fact]
    public async Task With_the_SDK_disabled_calls_work_and_nothing_is_exported()
    {
        await using var sink = await FakeProvider.StartAsync();
        using var exported = new Exported();
        using (var host = BuildHost(
            services =>
            {
                services.AddAppsOwnOpenTelemetry(exported);
                services.AddAiTelemetry().AddOtlpExporter(To(sink));
            },
            configuration => configuration["OTEL_SDK_DISABLED"] = "true"))
        {
            await host.StartAsync();

            await host.Services.CallAsync("llm");

            Assert.Empty(exported.Spans);
        }
        Assert.Empty(Exports(sink));
    }

    [Fact]
    public async Task A_provider_the_app_builds_by_hand_listens_by_AddAiTelemetry()
    {
        using var exported = new Exported();
        using var meters = Sdk.CreateMeterProviderBuilder().AddAiTelemetry().AddReader(exported.Reader).Build();
        using var tracers = Sdk.CreateTracerProviderBuilder().AddAiTelemetry().AddProcessor(exported.Processor).Build();
        var services = new ServiceCollection();
        services.AddAnsweredClient("llm");
        services.AddAiTelemetry(options => options.CompatibilityNames = true);
        await using var provider = services.BuildServiceProvider();

        await provider.CallAsync("llm", "by-hand");

        var metrics = exported.Metrics();
        Assert.Contains(metrics[TelemetryCatalog.GenAiDuration.Name].Points, point => point.Tags[TagKeys.RequestModel] is "by-hand");
        Assert.Contains(TelemetryCatalog.McpAiRequests.Name, metrics);
        Assert.Contains(exported.Spans, span => span.GetTagItem(TagKeys.RequestModel) is "by-hand");
    }

    static Action<OtlpExporterOptions> To(FakeProvider sink) => options =>
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = sink.OpenAi;
    };

    static string[] Exports(FakeProvider sink) => [.. sink.Calls.Select(call => call.Request.Path).Order(StringComparer.Ordinal)];

    static IHost BuildHost(Action<IServiceCollection> configure, Action<IConfiguration>? configuration = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        configuration?.Invoke(builder.Configuration);
        builder.Services.AddAnsweredClient("llm");
        configure(builder.Services);
        return builder.Build();
    }

    sealed class CallsAtOnce(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => services.CallAsync("llm");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
