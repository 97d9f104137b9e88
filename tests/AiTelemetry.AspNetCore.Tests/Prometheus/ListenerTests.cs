using System.Diagnostics.Metrics;
using System.Net;
using AiTelemetry.AspNetCore.Prometheus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

public class ListenerTests
{
    [Fact]
    public async Task A_worker_serves_its_metrics_on_a_loopback_port()
    {
        using var host = Worker(o => o.ListenPort = 0);
        await host.StartAsync();
        using var meter = new Meter(nameof(ListenerTests));
        meter.CreateCounter<long>("jobs").Add(3);
        var address = host.Services.GetServices<IHostedService>().OfType<PrometheusListener>().Single().Address!;
        using var client = new HttpClient();

        Assert.Equal("127.0.0.1", address.Host);
        Assert.Contains("jobs_total{otel_scope_name=\"ListenerTests\"} 3\n", await client.GetStringAsync(address), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(address, "/other"))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PostAsync(address, null)).StatusCode);
        await host.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(address));
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:9464", HttpStatusCode.OK)]
    [InlineData("rebound.evil.test", HttpStatusCode.BadRequest)]
    public async Task A_loopback_listener_answers_loopback_names_only(string hostName, HttpStatusCode expected)
    {
        using var host = Worker(o => o.ListenPort = 0);
        await host.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Services.GetServices<IHostedService>().OfType<PrometheusListener>().Single().Address);
        request.Headers.Host = hostName;

        using var response = await client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public async Task An_address_other_machines_reach_is_refused_unless_told_otherwise(string address)
    {
        using var refused = Worker(o => (o.ListenPort, o.ListenAddress) = (0, address));

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => refused.StartAsync());

        Assert.Contains("AllowNonLoopback", fault.Message, StringComparison.Ordinal);
        Assert.True(new PrometheusExporterOptionsValidator().Validate(null, new() { ListenPort = 0, ListenAddress = address, AllowNonLoopback = true }).Succeeded);
    }

    [Fact]
    public async Task Without_a_port_nothing_listens()
    {
        using var host = Worker(_ => { });
        await host.StartAsync();

        Assert.Null(host.Services.GetServices<IHostedService>().OfType<PrometheusListener>().Single().Address);
    }

    static IHost Worker(Action<PrometheusExporterOptions> options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.ConfigureOpenTelemetryMeterProvider(b => b.AddMeter(nameof(ListenerTests)));
        new AiTelemetryBuilder(builder.Services).AddPrometheusExporter(options);
        return builder.Build();
    }
}
