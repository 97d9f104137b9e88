// One piece because it is one door: everything a scraper may ask of the endpoint, and what it gets.
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

public class EndpointTests
{
    const string Text = "text/plain; version=0.0.4; charset=utf-8";
    const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";

    // What Prometheus 2.42 and 3.x send, then the corners.
    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", OpenMetrics)]
    [InlineData("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;version=1.0.0;q=0.8", Text)]
    [InlineData("text/plain;q=0.5,application/openmetrics-text;q=0.6", OpenMetrics)]
    [InlineData("text/plain, application/openmetrics-text", Text)]
    [InlineData("application/openmetrics-text, text/plain", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=\"1.0.0\"", OpenMetrics)]
    [InlineData("application/openmetrics-text;version=2.0.0", Text)]
    [InlineData("application/openmetrics-text;q=0", Text)]
    [InlineData("application/openmetrics-text;q=0, */*", Text)]
    [InlineData("text/html", Text)]
    [InlineData("*/*", Text)]
    [InlineData("not an accept header;;;", Text)]
    [InlineData(null, Text)]
    public async Task The_format_is_the_one_of_highest_quality(string? accept, string expected)
    {
        await using var app = await ScrapedApp.StartAsync();
        app.Meter.CreateCounter<long>("calls").Add(1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await app.Client.SendAsync(request);

        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
        var page = Page.Read(await response.Content.ReadAsStringAsync());
        Assert.Equal(expected == OpenMetrics, page.IsOpenMetrics);
        Assert.Equal(response.Content.Headers.ContentLength, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br, gzip;q=0.2", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    [InlineData(null, false)]
    public async Task Gzip_is_sent_to_who_accepts_it_and_holds_the_same_page(string? encoding, bool compressed)
    {
        await using var app = await ScrapedApp.StartAsync();
        var counter = app.Meter.CreateCounter<long>("calls");
        for (var i = 0; i < 1500; i++)
            counter.Add(i, new KeyValuePair<string, object?>("series", i));
        var plain = await app.ScrapeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (encoding is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);

        using var response = await app.Client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(compressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal(compressed, body.Length < plain.Length / 4);
        Assert.Equal(plain, compressed ? Unzip(body) : Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task Without_the_right_token_there_is_no_page_and_the_token_is_never_logged()
    {
        const string Token = "s3cret-token-of-the-scraper";
        await using var app = await ScrapedApp.StartAsync(o => o.BearerToken = Token);
        app.Meter.CreateCounter<long>("calls").Add(1);

        foreach (var (scheme, value) in new[] { ("", ""), ("Bearer", "wrong"), ("Basic", Token), ("Bearer", Token + "x"), ("Bearer", Token[..^1]) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            if (scheme.Length > 0)
                request.Headers.Authorization = new AuthenticationHeaderValue(scheme, value);
            using var refused = await app.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
            Assert.DoesNotContain("calls", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        app.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", Token);
        Assert.Contains("calls_total", await app.ScrapeAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(app.Log.Lines, l => l.Contains(Token, StringComparison.Ordinal) && l.Contains(" AiTelemetry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("metrics.internal", HttpStatusCode.OK)]
    [InlineData("metrics.internal:9464", HttpStatusCode.OK)]
    [InlineData("a.example.com", HttpStatusCode.OK)]
    [InlineData("[::1]:80", HttpStatusCode.OK)]
    [InlineData("example.com.evil.test", HttpStatusCode.BadRequest)]
    [InlineData("evil.test", HttpStatusCode.BadRequest)]
    public async Task Only_allowed_hosts_get_the_page(string host, HttpStatusCode expected)
    {
        await using var app = await ScrapedApp.StartAsync(o =>
        {
            o.AllowedHosts.Add("metrics.internal");
            o.AllowedHosts.Add("*.example.com");
            o.AllowedHosts.Add("[::1]");
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Host = host;

        using var response = await app.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task RequireAuthorization_guards_the_page()
    {
        await using var app = await ScrapedApp.StartAsync(
            services: s => s.AddAuthorization().AddAuthentication("none").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("none", null),
            endpoint: e => e.RequireAuthorization());

        using var response = await app.Client.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public void Mapping_without_the_exporter_says_what_to_call()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        var fault = Assert.Throws<InvalidOperationException>(() => app.MapAiTelemetryMetrics());

        Assert.Contains("AddPrometheusExporter()", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_twice_and_in_both_ways_gives_one_exporter_with_all_options()
    {
        await using var app = await ScrapedApp.StartAsync(
            o => o.TargetInfo = false,
            m => m.AddAiTelemetryPrometheusExporter(o => o.MaxLabelValueLength = 64),
            s => new AiTelemetryBuilder(s).AddPrometheusExporter(o => o.ScopeLabels = false));
        app.Meter.CreateCounter<long>("calls").Add(2);

        Assert.Equal("# TYPE calls_total counter\ncalls_total 2\n", await app.ScrapeAsync());
    }

    [Fact]
    public async Task A_flush_of_the_provider_makes_no_page_and_another_reader_does_not_disturb()
    {
        await using var app = await ScrapedApp.StartAsync(metrics: m => m.AddReader(new BaseExportingMetricReader(new OtherExporter())));
        var counter = app.Meter.CreateCounter<long>("calls");
        counter.Add(1);
        Assert.True(app.Services.GetRequiredService<MeterProvider>().ForceFlush());
        Assert.Equal(0, app.Scraper.Collections);

        var page = await app.ScrapeAsync();

        Assert.Contains("calls_total", page, StringComparison.Ordinal);
        Assert.Equal(1, app.Scraper.Collections);
    }

    static string Unzip(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return reader.ReadToEnd();
    }

    sealed class OtherExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }

    sealed class NobodyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
