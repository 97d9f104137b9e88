using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiTelemetry.Testing;
using AiTelemetry.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AiTelemetry.Tests.Matrix;

/// <summary>What is <see cref="Activity.Current"/> around a call, and what goes out as traceparent.</summary>
[Collection(Alone.Name)]
public sealed class AmbientActivityTests : IDisposable
{
    readonly ActivitySource _app = new("the app");
    readonly Listening _listening = new("the app");

    public void Dispose()
    {
        _listening.Dispose();
        _app.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_HttpClient_is_traced_its_span_is_the_child_of_ours_and_the_parent_on_the_wire(bool hasAmbient)
    {
        using var http = new Listening("System.Net.Http");
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp();
        using var ambient = hasAmbient ? _app.StartActivity("request") : null;
        using var client = app.Client();

        (await client.SendAsync(Request(fake))).Dispose();

        Assert.Same(ambient, Activity.Current);
        var ours = Assert.Single(app.Recorder.Spans);
        var below = Assert.Single(http.Spans, span => span.TraceId == ours.TraceId);
        Assert.Equal(ambient?.SpanId ?? default, ours.ParentSpanId);
        Assert.Equal(ours.SpanId, below.ParentSpanId);
        Assert.Equal(below.Id, fake.Calls[0].Request.Headers["traceparent"]);
    }

    [Fact]
    public async Task Where_only_an_activity_is_ambient_ours_is_the_parent_on_the_wire()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp();
        using var ambient = _app.StartActivity("request");
        using var client = app.Client();

        (await client.SendAsync(Request(fake))).Dispose();

        var ours = Assert.Single(app.Recorder.Spans);
        Assert.Equal(ambient!.SpanId, ours.ParentSpanId);
        Assert.StartsWith($"00-{ours.TraceId.ToHexString()}-", fake.Calls[0].Request.Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_traces_nothing_is_ambient_and_no_traceparent_goes_out()
    {
        await using var fake = await FakeProvider.StartAsync();
        using var app = new TestApp();
        using var client = app.Client();

        (await client.SendAsync(Request(fake))).Dispose();

        Assert.Single(app.Recorder.Spans);
        Assert.Null(Activity.Current);
        Assert.False(fake.Calls[0].Request.Headers.ContainsKey("traceparent"));
    }

    public static TheoryData<string, bool, string> Sends()
    {
        var rows = new TheoryData<string, bool, string>();
        foreach (var ambient in (string[])["none", "running", "stopped"])
        {
            foreach (var ending in (string[])["answer", "answer later", "exception", "exception later"])
            {
                rows.Add(ambient, false, ending);
                rows.Add(ambient, true, ending);
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Sends))]
    public async Task What_was_ambient_before_a_call_is_ambient_after_it(string before, bool synchronous, string ending)
    {
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        Activity? during = null;
        var asked = false;
        using var invoker = new HttpMessageInvoker(new AiTelemetryHandler(app.Services, new InMemoryHandler(_ => Answer(), ending.EndsWith("later", StringComparison.Ordinal))));
        using var ambient = before == "none" ? null : _app.StartActivity("request");
        if (before == "stopped")
            StopElsewhere(ambient!);

        HttpResponseMessage? response = null;
        using var request = fixture.Request();
        if (synchronous)
            Record.Exception(() => response = invoker.Send(request, default));
        else
        {
            var sending = Task.FromException<HttpResponseMessage>(new InvalidOperationException());
            Record.Exception(() => { sending = invoker.SendAsync(request, default); });
            Assert.Same(ambient, Activity.Current);
            await Record.ExceptionAsync(async () => response = await sending);
        }

        Assert.Same(ambient, Activity.Current);
        Assert.True(asked);
        if (ambient is null)
            Assert.Null(during);
        else
            Assert.Equal(ambient.SpanId, during!.ParentSpanId);
        if (response is not null)
            Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync());
        Assert.Same(ambient, Activity.Current);
        Assert.Equal(ambient?.SpanId ?? default, Assert.Single(app.Recorder.Spans).ParentSpanId);

        HttpResponseMessage Answer()
        {
            (during, asked) = (Activity.Current, true);
            return ending.StartsWith("answer", StringComparison.Ordinal) ? fixture.Response(new PiecedStream(fixture.Body, () => 99)) : throw new HttpRequestException("refused");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_ends_under_another_activity_leaves_that_one_ambient_and_measures_under_its_own(bool stopped)
    {
        using var app = new TestApp();
        var scope = app.Services.GetRequiredService<IMeterFactory>();
        var current = new List<(string Metric, Activity? Activity)>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, scope))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, _, _, _) => current.Add((instrument.Name, Activity.Current)));
        meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => current.Add((instrument.Name, Activity.Current)));
        meters.Start();
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        using var client = app.Client(new InMemoryHandler(_ => fixture.Response(new PiecedStream(fixture.Body, () => 99))));
        using var first = _app.StartActivity("first");
        var response = await client.SendAsync(fixture.Request(), HttpCompletionOption.ResponseHeadersRead);
        first!.Stop();

        await Task.Run(() =>
        {
            Activity.Current = null;
            using var second = _app.StartActivity("second");
            if (stopped)
                StopElsewhere(second!);
            current.Clear();
            var stream = response.Content.ReadAsStream();
            var buffer = new byte[500];
            while (stream.Read(buffer) > 0)
                Assert.Same(second, Activity.Current);
            response.Dispose();
            Assert.Same(second, Activity.Current);
        });

        var ours = Assert.Single(app.Recorder.Spans);
        Assert.Equal(first.SpanId, ours.ParentSpanId);
        Assert.Contains(current, measured => measured.Metric == "llm_provider_tokens_total");
        Assert.All(current, measured => Assert.True(measured.Activity == ours || measured.Metric == "llm_provider_requests_in_flight", measured.Metric));
    }

    /// <summary>Where it was ambient it stays so, as for work that goes on behind a request that ended.</summary>
    internal static void StopElsewhere(Activity activity)
    {
        Task.Run(activity.Stop).GetAwaiter().GetResult();
        Assert.Same(activity, Activity.Current);
    }

    static HttpRequestMessage Request(FakeProvider fake) => ((PlainClient)MatrixClient.Named("chat")).Request(fake.OpenAi, streaming: false);
}
