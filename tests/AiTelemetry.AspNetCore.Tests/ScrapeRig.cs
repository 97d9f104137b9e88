using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text;
using AiTelemetry.AspNetCore.Prometheus.Exposition;
using AiTelemetry.AspNetCore.Prometheus.Scraping;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests;

/// <summary>A meter, a provider and a scraper, without host or HTTP.</summary>
internal sealed class ScrapeRig : IDisposable
{
    public ScrapeRig(PrometheusExporterOptions? options = null, TimeProvider? time = null, [CallerMemberName] string name = "")
    {
        Meter = new Meter(name);
        Scraper = new Scraper(Options.Create(options ?? new PrometheusExporterOptions()), NullLogger<Scraper>.Instance, time);
        Provider = Sdk.CreateMeterProviderBuilder().AddMeter(name, name + ".other").AddReader(Scraper.Reader).Build();
    }

    public Meter Meter { get; }

    public Scraper Scraper { get; }

    public MeterProvider Provider { get; }

    public async Task<string> ReadAsync(ExpositionFormat format = ExpositionFormat.Text)
    {
        var (page, failure) = await Scraper.ScrapeAsync(format, TimeSpan.FromSeconds(60), default);
        Assert.Null(failure);
        var text = Encoding.UTF8.GetString(page!.Body.Span);
        page.Release();
        return text;
    }

    public void Dispose()
    {
        Meter.Dispose();
        Provider.Dispose();
        Scraper.Dispose();
    }
}
