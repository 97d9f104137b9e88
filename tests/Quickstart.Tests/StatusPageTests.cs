using System.Text.RegularExpressions;
using AiTelemetry;
using AiTelemetry.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Quickstart.Usage;

namespace Quickstart.Tests;

public sealed partial class StatusPageTests
{
    static readonly ModelUsage Strange = new()
    {
        Provider = "other",
        Model = "<script>alert(1)</script>",
        Calls = 3,
        Errors = 1,
        Input = 1234,
        Output = 56,
        Cost = new CostTotal { Calls = 2, UnknownCalls = 2 },
        Median = TimeSpan.FromMilliseconds(12),
    };

    static BookPage Page => new([Strange], ModelUsage.Total([Strange]), [], DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task The_app_stays_up_and_its_page_counts_on()
    {
        using var quickstart = QuickstartProcess.Start("--urls", "http://127.0.0.1:0", "--every", "1");
        var address = (await quickstart.LineAsync("Status page: "))["Status page: ".Length..];
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        var first = await http.GetStringAsync("/");
        await quickstart.LineAsync("A call every 1 s");
        var calls = Calls(first);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (calls == Calls(first))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
            calls = Calls(await http.GetStringAsync("/", limit.Token));
        }

        Assert.Equal(41, Calls(first));
        Assert.Contains("claude-sonnet-4-5", first, StringComparison.Ordinal);
        Assert.Contains("the app left the stream", first, StringComparison.Ordinal);
        quickstart.Interrupt();
        Assert.Equal(0, await quickstart.EndAsync());
        Assert.Equal("", quickstart.Errors);
    }

    [Fact]
    public void What_a_provider_says_is_text_on_the_page_and_nothing_else()
    {
        var html = StatusPage.Render(Page, null, null);

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cost_that_is_not_known_is_unknown_and_not_zero()
    {
        var html = StatusPage.Render(Page, null, null);

        Assert.Contains("<b>unknown</b>", html, StringComparison.Ordinal);
        Assert.Contains("2 unknown", html, StringComparison.Ordinal);
        Assert.DoesNotContain("$0", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Prometheus_is_pointed_at_an_endpoint_only_where_there_is_one()
    {
        Assert.Contains("no <code>/metrics</code> endpoint", StatusPage.Render(Page, null, null), StringComparison.Ordinal);
        Assert.Contains("targets: ['127.0.0.1:5080']", StatusPage.Render(Page, "127.0.0.1:5080", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_finds_the_metrics_endpoint_of_the_app_by_itself()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAiTelemetry();
        builder.Services.AddSingleton<TelemetryRecorder>().AddSingleton<CallBook>();
        await using var app = builder.Build();
        app.MapGet("/metrics", () => "");
        app.MapStatusPage();
        await app.StartAsync();
        using var http = new HttpClient();

        var html = await http.GetStringAsync(new Uri(app.Urls.First()));

        Assert.Contains("The first calls are under way.", html, StringComparison.Ordinal);
        Assert.Contains($"targets: ['{new Uri(app.Urls.First()).Authority}']", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_where_metrics_are_exported_to()
    {
        Assert.Contains("set <code>OTEL_EXPORTER_OTLP_ENDPOINT</code>", StatusPage.Render(Page, null, null), StringComparison.Ordinal);
        Assert.Contains("exported to <code>http://collector:4317</code>", StatusPage.Render(Page, null, "http://collector:4317"), StringComparison.Ordinal);
    }

    static int Calls(string html) => int.Parse(CallsRegex().Match(html).Groups["calls"].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("<b>(?<calls>[0-9]+)</b><span class=\"quiet\">calls</span>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CallsRegex();
}
