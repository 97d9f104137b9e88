using AiTelemetry.AspNetCore.Prometheus;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.AspNetCore.Tests.Prometheus;

public class OptionsTests
{
    [Fact]
    public void Every_value_out_of_range_is_named_with_what_is_allowed()
    {
        var options = new PrometheusExporterOptions
        {
            CacheDuration = TimeSpan.FromSeconds(-1),
            ScrapeTimeout = TimeSpan.Zero,
            MaxResponseBytes = 1,
            MaxLabelValueLength = 100_000,
            BearerToken = "abc",
            ListenPort = 70_000,
            ListenAddress = "localhost",
            ListenPath = "metrics",
            AllowedHosts = { "http://a", "a:80", " " },
        };

        var result = new PrometheusExporterOptionsValidator().Validate(null, options);

        Snapshot.Match(string.Join('\n', result.Failures!) + "\n");
        Assert.DoesNotContain("abc", string.Concat(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid() =>
        Assert.True(new PrometheusExporterOptionsValidator().Validate(null, new PrometheusExporterOptions()).Succeeded);
}
