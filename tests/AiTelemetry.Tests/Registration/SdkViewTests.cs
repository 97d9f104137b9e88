using System.Diagnostics.Metrics;
using AiTelemetry.Catalog;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace AiTelemetry.Tests.Registration;

/// <summary>What the OpenTelemetry SDK makes of our instruments: buckets, and how many series it keeps.</summary>
[Collection(AloneInTheProcess.Name)]
public class SdkViewTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(10_000)]
    public async Task Histograms_have_the_buckets_of_the_catalogue_whatever_the_caps(int maxModels)
    {
        using var exported = new Exported();
        await using var provider = Build(exported, options =>
        {
            options.MaxModels = maxModels;
            options.CompatibilityNames = true;
        });
        var recorder = provider.GetRequiredService<ProviderCallRecorder>();
        recorder.Record(new FinishedCall
        {
            Provider = "openai",
            Model = "gpt-4o",
            Usage = new TokenUsage { Input = 10, Output = 5 },
            Duration = TimeSpan.FromSeconds(2),
            TimeToFirstToken = TimeSpan.FromSeconds(1),
        });
        await provider.CallAsync("limited");
        await provider.CallAsync("streaming");
        await CausedTools.EverythingAsync(provider);

        var metrics = exported.Metrics();
        var histograms = TelemetryCatalog.Metrics.Where(metric => metric is { Kind: MetricKind.Histogram, RecordedBy: "calls" }).ToArray();
        Assert.Equal(16, histograms.Length);
        Assert.All(histograms, histogram => Assert.All(metrics[histogram.Name].Points, point => Assert.Equal(histogram.Buckets, point.Bounds)));
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(100)]
    public async Task The_SDK_keeps_as_many_series_as_the_caps_allow(int models)
    {
        using var exported = new Exported();
        await using var provider = Build(exported, options => options.MaxModels = models);
        var recorder = provider.GetRequiredService<ProviderCallRecorder>();

        for (var i = 0; i < models + 50; i++)
            recorder.Record(new FinishedCall { Provider = "openai", Model = $"model-{i}", Usage = new TokenUsage { Input = 10, Output = 5 }, Duration = TimeSpan.FromSeconds(1) });

        var metrics = exported.Metrics();
        Assert.All([TelemetryCatalog.RequestSeconds, TelemetryCatalog.UnpricedCalls, TelemetryCatalog.GenAiDuration], metric =>
        {
            var points = metrics[metric.Name].Points;
            Assert.Equal(models + 1, points.Count); // and other
            Assert.DoesNotContain(points, point => point.Tags.ContainsKey("otel.metric.overflow"));
        });
    }

    [Fact]
    public async Task The_meter_of_the_semantic_conventions_says_which_version_it_follows()
    {
        var schemas = new List<(string Meter, string? Schema, string? Version)>();
        using var app = new TestApp();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, app.Services.GetRequiredService<IMeterFactory>()))
                    schemas.Add((instrument.Meter.Name, instrument.Meter.TelemetrySchemaUrl, instrument.Meter.Version));
            },
        };
        listener.Start();
        using var client = app.Client(_ => Apps.Ok());
        await client.CallAsync();

        Assert.Equal("https://opentelemetry.io/schemas/1.41.1", Assert.Single(schemas.Where(meter => meter.Meter == TelemetryCatalog.GenAiMeterName).Distinct()).Schema);
        Assert.Null(Assert.Single(schemas.Where(meter => meter.Meter == TelemetryCatalog.MeterName).Distinct()).Schema);
        Assert.Equal("https://opentelemetry.io/schemas/1.41.1", app.Recorder.Spans[0].Source.TelemetrySchemaUrl);
        Assert.All(schemas, meter => Assert.Matches(@"^\d+\.\d+\.\d+", meter.Version));
    }

    static ServiceProvider Build(Exported exported, Action<AiTelemetryOptions> configure)
    {
        const string Stream = """
            data: {"id":"1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Hel"}}]}

            data: {"id":"1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}

            data: [DONE]


            """;
        var services = new ServiceCollection();
        services.AddAnsweredClient("limited", _ => new HttpResponseMessage(System.Net.HttpStatusCode.TooManyRequests)).AddHttpMessageHandler(() => new SendsAgain());
        services.AddAnsweredClient("streaming", _ => new HttpResponseMessage { Content = new StringContent(Stream, System.Text.Encoding.UTF8, "text/event-stream") });
        services.AddAppsOwnOpenTelemetry(exported);
        services.AddAiTelemetry(configure);
        var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<MeterProvider>();
        return provider;
    }

    sealed class SendsAgain : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
