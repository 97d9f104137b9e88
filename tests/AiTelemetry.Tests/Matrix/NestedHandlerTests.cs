using System.Diagnostics;
using AiTelemetry.Tests.Shared;

namespace AiTelemetry.Tests.Matrix;

/// <summary>Several handlers of ours on the way of one call: the innermost records it, once.</summary>
[Collection(Alone.Name)]
public sealed class NestedHandlerTests : IDisposable
{
    readonly ActivitySource _app = new("the app");
    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == "the app",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public NestedHandlerTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose()
    {
        _listener.Dispose();
        _app.Dispose();
    }

    public static TheoryData<string, bool, bool, string> Rows()
    {
        var rows = new TheoryData<string, bool, bool, string>();
        foreach (var between in (string[])["nothing", "a delegating handler", "a wrapper"])
        {
            foreach (var ending in (string[])["success", "not read", "refused", "send fails", "send fails later", "read fails"])
            {
                foreach (var hasAmbient in (bool[])[false, true])
                {
                    rows.Add(between, hasAmbient, false, ending);
                    rows.Add(between, hasAmbient, true, ending);
                }
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Of_nested_handlers_the_innermost_records_the_call_once(string between, bool hasAmbient, bool sendsStream, string ending)
    {
        using var app = new TestApp();
        using var ambient = hasAmbient ? _app.StartActivity("request") : null;
        var fixture = await Fixture.OfAsync("chat", streaming: true);
        var inner = new AiTelemetryHandler(app.Services, new InMemoryHandler(_ => Answer(fixture, ending), later: ending == "send fails later"));
        using var outer = app.Client(between switch
        {
            "nothing" => inner,
            "a delegating handler" => new Between(inner),
            _ => new Wrapper(inner),
        });
        using var request = fixture.Request();
        if (sendsStream)
            request.Content = new StreamContent(new MemoryStream(await request.Content!.ReadAsByteArrayAsync()));

        await Record.ExceptionAsync(async () =>
        {
            using var response = await outer.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (ending != "not read")
                await response.Content.ReadAsByteArrayAsync();
        });

        Assert.Same(ambient, Activity.Current);
        var record = Assert.Single(app.Recorder.Calls);
        Assert.Equal(ending switch { "success" => "success", "not read" => "cancelled", _ => "error" }, record.Outcome);
        Assert.Equal("gpt-4o", record.RequestModel);
        Assert.Equal(1, app.Recorder.Count("llm_provider_request_seconds"));
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
        Assert.Equal(0, app.Recorder.Sum("aitelemetry_internal_faults_total"));
        var span = Assert.Single(app.Recorder.Spans, span => span.Recorded);
        Assert.Equal(ambient?.SpanId ?? default, span.ParentSpanId);
        Assert.Equal(record.TraceId, span.TraceId.ToHexString());
        Assert.Equal("gpt-4o", span.GetTagItem("gen_ai.request.model"));
        Assert.Null(span.GetTagItem("aitelemetry.attempt"));
    }

    [Fact]
    public async Task A_handler_that_tries_again_between_ours_makes_every_attempt_count_once()
    {
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        var tries = 0;
        var inner = new AiTelemetryHandler(app.Services, new InMemoryHandler(_ => tries++ == 0 ? throw new HttpRequestException("refused") : Answer(fixture, "success")));
        using var outer = app.Client(new Wrapper(new Again(inner)));

        (await outer.SendAsync(fixture.Request())).Dispose();

        Assert.Equal("error, success", string.Join(", ", app.Recorder.Calls.Select(call => call.Outcome)));
        Assert.Equal([1, 2], app.Recorder.Calls.Select(call => call.Attempt));
        Assert.Equal(0, app.Recorder.Sum("llm_provider_requests_in_flight"));
    }

    [Fact]
    public async Task The_same_exception_object_thrown_for_three_calls_is_three_failed_calls()
    {
        using var app = new TestApp();
        var fixture = await Fixture.OfAsync("chat", streaming: false);
        var thrown = new HttpRequestException("refused");
        using var http = app.Client(new InMemoryHandler(_ => throw thrown));

        Assert.Same(thrown, await Record.ExceptionAsync(() => http.SendAsync(fixture.Request())));
        Assert.Same(thrown, await Record.ExceptionAsync(() => http.SendAsync(fixture.Request())));
        using var another = app.Client(new InMemoryHandler(_ => throw thrown));
        Assert.Same(thrown, await Record.ExceptionAsync(() => another.SendAsync(fixture.Request())));

        Assert.Equal(3, app.Recorder.Calls.Count);
    }

    static HttpResponseMessage Answer(Fixture fixture, string ending)
    {
        if (ending is "send fails" or "send fails later")
            throw new HttpRequestException("refused");
        var response = fixture.Response(new PiecedStream(fixture.Body.AsMemory(0, ending == "read fails" ? 100 : fixture.Body.Length), () => 50,
            badEnd: ending == "read fails" ? new IOException("reset") : null));
        if (ending == "refused")
            response.StatusCode = System.Net.HttpStatusCode.BadRequest;
        return response;
    }

    sealed class Between(HttpMessageHandler inner) : DelegatingHandler(inner);

    sealed class Again(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException)
            {
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }

    /// <summary>A handler that nobody can see through.</summary>
    sealed class Wrapper(HttpMessageHandler inner) : HttpMessageHandler
    {
        readonly HttpMessageInvoker _inner = new(inner);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _inner.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
